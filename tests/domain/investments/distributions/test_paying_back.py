"""Carry paid back through the books: who gets it, what stands afterwards, and that it is never owed twice."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from portal.domain.identity.approvals.errors import OwnRequest
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.distributions.errors import BooksMoved, MoreThanOwed, PaybackStands
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.queries.distributions import get_distribution
from portal.domain.investments.distributions.queries.particulars import list_deals
from portal.domain.investments.distributions.queries.shares import list_payable_shares, list_shares
from portal.domain.investments.distributions.services.drafting import change_distribution
from portal.domain.investments.distributions.services.particulars import keep_deal
from portal.domain.investments.distributions.services.paying import request_reversal
from portal.domain.investments.distributions.values.carries import Carry
from portal.domain.investments.distributions.values.distributions import Cost, CostKind, Draft
from portal.domain.investments.distributions.values.plans import Line, Method, Source
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.notices.queries import get_notice, list_notice_links
from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import Compounding, Terms, VehicleDescription, Waterfall
from portal.platform import clock
from portal.platform.errors import Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.distributions import ask_back, decide, pay_out, prepare, submit, take_back
from tests.factories.funds import Fund

TODAY = clock.today()
ON = TODAY.isoformat()


def set_terms(fund: Fund, **more: object) -> None:
    """No preferred return, so that the amounts do not grow with the days: a fifth of the profit is carry."""
    given: dict[str, object] = {"carry": Decimal("0.2"), "carry_account_id": fund.carry, "clawback": True}
    terms = Terms(Decimal(0), Compounding.SIMPLE, **given | more)  # type: ignore[arg-type]
    with acting_as(fund.maker.tenancy):
        change_vehicle(fund.maker, fund.vehicle, VehicleDescription("Harbour I", "USD", terms=terms))


def lose(fund: Fund) -> UUID:
    """1,000 of 600 and 400 become 2,000, of which 200 are carry: a distribution. Another 600 and 400 are lost."""
    for account, amount in ((fund.lane, "600"), (fund.ortiz, "400")):
        fund.history(("contribution", "2025-01-01", amount), account=account)
    found = pay_out(fund.maker, fund.approvers, fund.vehicle, "2026-01-01", ("gain", "2000"))
    for account, amount in ((fund.lane, "600"), (fund.ortiz, "400")):
        fund.history(("contribution", "2026-02-01", amount), account=account)
    return found


@pytest.fixture
def owing(fund: Fund) -> Fund:
    """A fund whose general partner owes all of its 200."""
    set_terms(fund)
    lose(fund)
    return fund


def pay_back(fund: Fund, amount: str, on: str = ON) -> UUID:
    return pay_out(
        fund.maker, fund.approvers, fund.vehicle, on, ("clawback", amount), method=Method.CLAWBACK, note="The end."
    )


def carry_of(fund: Fund) -> Carry:
    with acting_as(fund.maker.tenancy):
        return get_carry(fund.maker, fund.vehicle, on=TODAY)


def holdings(fund: Fund) -> dict[str, HoldingFigures]:
    with acting_as(fund.maker.tenancy):
        assert not list_ledger_findings(fund.maker)
        return {row.account: row for row in list_holdings(fund.maker, as_of=TODAY, vehicle_id=fund.vehicle)}


def distributed(fund: Fund) -> list[Decimal]:
    found = holdings(fund)
    return [found[name].distributed for name in ("Lane Trust", "Ortiz Trust", "Harbour GP")]


def test_the_partners_get_what_the_account_of_the_carry_pays(owing: Fund) -> None:
    assert carry_of(owing).clawback.owed == 200
    before = holdings(owing)
    found = pay_back(owing, "200")
    assert distributed(owing) == [1200, 800, 0]  # all that there was is capital
    assert [holdings(owing)[name].nav for name in before] == [row.nav for row in before.values()]
    carry = carry_of(owing)
    assert [carry.shared, carry.clawback.carry_paid, carry.clawback.owed] == [0, 0, 0]
    with acting_as(owing.maker.tenancy):
        shares = {share.account: share.net for share in list_shares(owing.maker, found, most=9)}
        assert shares == {"Lane Trust": 120, "Ortiz Trust": 80, "Harbour GP": -200}
        assert [each.net for each in list_payable_shares(owing.maker, found)] == [120, 80]
        with pytest.raises(Invalid) as refused:
            prepare(owing.maker, owing.vehicle, ON, ("clawback", "0.01"), method=Method.CLAWBACK)
    assert refused.value.fields == {"amount": "At most 0.00 is owed on that day."}


def test_everybody_is_told(owing: Fund, world: World) -> None:
    found = pay_back(owing, "200")
    with acting_as(owing.maker.tenancy):
        accounts = [owing.lane, owing.carry]
        links = {each.account_id: each.id for each in list_notice_links(owing.maker, found, accounts)}
        partner, general = (get_notice(owing.maker, links[each]).notice for each in accounts)
    assert [partner.net_due, general.net_due] == [-120, 200]
    assert [line.label for line in general.paid_out] == ["Carry paid back"]


def test_the_next_waterfall_starts_from_there(owing: Fund) -> None:
    pay_back(owing, "200")
    later = pay_out(owing.maker, owing.approvers, owing.vehicle, ON, ("gain", "500"))
    # One waterfall over 2,500 on 2,000: 2,000 of capital, 400 and 100.
    assert distributed(owing) == [1440, 960, 100]
    with acting_as(owing.maker.tenancy):
        (fall,) = get_distribution(owing.maker, later).falls
    assert [line.before for line in fall.lines] == [2000, 0, 0, 0]
    assert carry_of(owing).clawback.owed == 0


def test_history_of_a_payback_is_a_payback(fund: Fund) -> None:
    """What was paid in, out and back elsewhere stands as if it had been worked out here."""
    set_terms(fund)
    shares = (fund.lane, "600", "1080", "120"), (fund.ortiz, "400", "720", "80")
    for account, paid_in, gained, back in shares:
        happened = ("contribution", "2025-01-01", paid_in), ("gain", "2026-01-01", gained)
        fund.history(*happened, ("contribution", "2026-02-01", paid_in), account=account)
        fund.history(("clawback", "2026-03-01", back), account=account)
    fund.history(("carried_interest", "2026-01-01", "200"), ("clawback", "2026-03-01", "-200"), account=fund.carry)
    assert distributed(fund) == [1200, 800, 0]
    assert [carry_of(fund).clawback.carry_paid, carry_of(fund).clawback.owed] == [0, 0]
    pay_out(fund.maker, fund.approvers, fund.vehicle, ON, ("gain", "500"))
    assert distributed(fund) == [1440, 960, 100]
    assert carry_of(fund).clawback.owed == 0


def test_a_part_of_it_leaves_the_rest_owed(owing: Fund) -> None:
    pay_back(owing, "150")
    assert carry_of(owing).clawback.owed == 50
    pay_back(owing, "50")
    assert carry_of(owing).clawback.owed == 0
    assert distributed(owing) == [1200, 800, 0]


def test_two_others_approve_it_and_it_is_judged_anew_by_each(owing: Fund) -> None:
    first, second = (
        prepare(owing.maker, owing.vehicle, ON, ("clawback", "200"), method=Method.CLAWBACK) for _ in range(2)
    )
    for found in (first, second):
        submit(owing.maker, found)
    with pytest.raises(OwnRequest):
        decide(owing.maker, first)
    decide(owing.approvers[0], second)
    for each in owing.approvers:
        decide(each, first)
    with pytest.raises(MoreThanOwed):
        decide(owing.approvers[1], second)


def test_books_that_moved_meanwhile_are_not_paid_back_from(owing: Fund) -> None:
    found = prepare(owing.maker, owing.vehicle, ON, ("clawback", "200"), method=Method.CLAWBACK)
    submit(owing.maker, found)
    decide(owing.approvers[0], found)
    owing.history(("contribution", "2026-02-02", "1"))
    with pytest.raises(BooksMoved):
        decide(owing.approvers[1], found)


def test_taken_back_by_two_it_is_owed_again(fund: Fund) -> None:
    set_terms(fund)
    source = lose(fund)
    found = pay_back(fund, "200")
    with acting_as(fund.maker.tenancy), pytest.raises(PaybackStands):
        request_reversal(fund.maker, source, reason="Wrong day.")
    asked = ask_back(fund.approvers[0], found, "Wrong day.")
    with acting_as(fund.approvers[0].tenancy), pytest.raises(OwnRequest):
        decide_approval(fund.approvers[0], asked.id, digest=asked.digest, approves=True)
    with acting_as(fund.approvers[1].tenancy):
        decide_approval(fund.approvers[1], asked.id, digest=asked.digest, approves=True)
    assert distributed(fund) == [1080, 720, 200]
    assert carry_of(fund).clawback.owed == 200
    take_back(fund.maker, fund.approvers[0], source, "Wrong day.")


def test_what_is_held_back_goes_first(fund: Fund) -> None:
    set_terms(fund, escrow=Decimal("0.3"))
    lose(fund)
    assert distributed(fund) == [1080, 720, 140]
    found = pay_back(fund, "200")
    assert distributed(fund) == [1200, 800, 0]
    with acting_as(fund.maker.tenancy):
        assert get_distribution(fund.maker, found).gross == 60  # what leaves the vehicle
    assert [carry_of(fund).left, carry_of(fund).releasable] == [0, 0]


def test_deal_by_deal_it_is_tested_and_paid_over_the_whole(fund: Fund) -> None:
    set_terms(fund, waterfall=Waterfall.DEAL_BY_DEAL)
    for on in ("2025-01-01", "2025-02-01"):
        fund.history(("contribution", on, "1000"))
    with acting_as(fund.maker.tenancy):
        cost = Cost(TODAY.replace(year=2025), CostKind.CAPITAL, Decimal(1000))
        for name in ("Alpha", "Beta"):
            keep_deal(fund.maker, fund.vehicle, name=name, costs=[cost])
        deal, lost = (each.id for each in list_deals(fund.maker, fund.vehicle))
    pay_out(fund.maker, fund.approvers, fund.vehicle, ON, ("gain", "2000"), deal=deal)
    assert carry_of(fund).clawback.owed == 200
    pay_back(fund, "200")
    assert carry_of(fund).clawback.owed == 0
    pay_out(fund.maker, fund.approvers, fund.vehicle, ON, ("gain", "500"), deal=lost)
    found = holdings(fund)
    assert [found["Lane Trust"].distributed, found["Harbour GP"].distributed] == [2500, 0]
    assert carry_of(fund).clawback.owed == 0


def test_an_agreement_without_a_clawback_and_a_stranger_are_refused(owing: Fund, world: World) -> None:
    set_terms(owing, clawback=False)
    with pytest.raises(Invalid) as refused:
        prepare(owing.maker, owing.vehicle, ON, ("clawback", "1"), method=Method.CLAWBACK)
    assert refused.value.fields == {"amount": "The terms of this vehicle know no clawback."}
    other = prepare(owing.maker, owing.vehicle, ON, ("gain", "1"))
    instead = Draft(owing.vehicle, TODAY, Method.CLAWBACK, (Line(Source.CLAWBACK, Decimal(1)),))
    with acting_as(owing.maker.tenancy), pytest.raises(Invalid, match="another look"):
        change_distribution(owing.maker, other, instead)
    with pytest.raises(NotFound):
        prepare(world.foreign_manager, owing.vehicle, ON, ("clawback", "1"), method=Method.CLAWBACK)
    with pytest.raises(Invalid, match="another look"):
        prepare(owing.maker, owing.vehicle, ON, ("clawback", "1"), method=Method.WATERFALL)


def test_net_asset_value_stays_so_that_it_is_not_owed_again(owing: Fund) -> None:
    owing.history(("valuation", "2026-03-01", "300"))
    assert carry_of(owing).clawback.owed == 140  # of a profit of 300 a fifth is carry
    pay_back(owing, "140")
    assert holdings(owing)["Lane Trust"].nav == 300
    assert carry_of(owing).clawback.owed == 0
