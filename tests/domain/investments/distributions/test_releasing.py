"""Carry held back and let go: what is left, what the tiers make of it, who has to approve it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.errors import AlreadyAsked, OwnRequest
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.distributions.errors import EscrowMoved, EscrowReleased, MoneyOnItsWay
from portal.domain.investments.distributions.queries.books import get_course, get_ground
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.queries.distributions import get_distribution, list_distributions
from portal.domain.investments.distributions.rules.releasing import find_release_faults
from portal.domain.investments.distributions.services.particulars import set_withholding_rate
from portal.domain.investments.distributions.services.paying import request_reversal
from portal.domain.investments.distributions.services.releasing import request_release
from portal.domain.investments.distributions.values.carries import Carry
from portal.domain.investments.distributions.values.plans import Rate, Source
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.notices.queries import list_notice_links
from portal.domain.investments.payments.queries.payouts import list_outgoing
from portal.domain.investments.payments.services.payouts import make_payment_file, set_origin
from portal.domain.investments.payments.values.payouts import FileFormat
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import Compounding, Terms, VehicleDescription
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.domain.investments.payments.services.test_payouts import ACH, ORIGIN
from tests.factories.distributions import ask_back, ask_to_let_go, let_go, pay_out, take_back
from tests.factories.funds import Fund
from tests.factories.investments import make_account
from tests.factories.payments import bank_with

TODAY = clock.today()


@pytest.fixture
def held(fund: Fund) -> Fund:
    """200 of carry, 60 of it held back."""
    _set_terms(fund)
    fund.history(("commitment", "2025-01-01", "1000"), ("contribution", "2025-01-01", "1000"))
    pay_out(fund.maker, fund.approvers, fund.vehicle, "2026-01-01", ("gain", "2000"))
    return fund


def _set_terms(fund: Fund, **more: object) -> None:
    terms = Terms(
        Decimal("0.08"), Compounding.SIMPLE, carry=Decimal("0.2"), catch_up=Decimal(1), carry_account_id=fund.carry,
        escrow=Decimal("0.3"),
    )  # fmt: skip
    with acting_as(fund.maker.tenancy):
        given = VehicleDescription("Harbour I", "USD", terms=replace(terms, **more))  # type: ignore[arg-type]
        change_vehicle(fund.maker, fund.vehicle, given)


def carry_of(fund: Fund) -> Carry:
    with acting_as(fund.maker.tenancy):
        return get_carry(fund.maker, fund.vehicle, on=TODAY)


def to_general_partner(fund: Fund) -> Decimal:
    with acting_as(fund.maker.tenancy):
        rows = list_holdings(fund.maker, as_of=TODAY, vehicle_id=fund.vehicle)
        assert not list_ledger_findings(fund.maker)
    return sum((row.distributed for row in rows if row.account_id == fund.carry), Decimal(0))


def test_what_may_be_let_go_is_told_in_the_units_of_the_currency(held: Fund) -> None:
    carry = carry_of(held)
    for currency, told in (("JPY", "60"), ("BHD", "60.000")):
        faults = find_release_faults(replace(carry, currency=currency), Decimal(61), "All of it.")
        assert faults == {"amount": f"At most {told} may be let go."}


def test_it_is_let_go_in_parts_and_never_more_than_was_held_back(held: Fund) -> None:
    carry = carry_of(held)
    assert [carry.shared, carry.held_back, carry.left, carry.releasable] == [200, 60, 60, 60]
    assert to_general_partner(held) == 140
    let_go(held.maker, held.approvers[0], held.vehicle, "25")
    with acting_as(held.maker.tenancy), pytest.raises(Invalid) as refused:
        request_release(held.maker, held.vehicle, amount=Decimal("35.01"), reason="The rest.")
    assert refused.value.fields == {"amount": "At most 35.00 may be let go."}
    let_go(held.maker, held.approvers[0], held.vehicle, "35")
    carry = carry_of(held)
    assert [carry.released, carry.left] == [60, 0]
    assert [each.amount for each in carry.releases] == [25, 35]
    assert {each.account for each in carry.releases} == {"Harbour GP"}
    assert to_general_partner(held) == 200


def test_the_tiers_count_it_once(held: Fund) -> None:
    def books() -> tuple[object, object]:
        with acting_as(held.maker.tenancy):
            course = get_course(held.maker, get_vehicle(held.maker, held.vehicle), TODAY)
            return course.paid_out, [each.returned for each in get_ground(held.maker, held.vehicle, on=TODAY).partners]

    before = books()
    let_go(held.maker, held.approvers[0], held.vehicle, "60")
    assert books() == before
    pay_out(held.maker, held.approvers, held.vehicle, TODAY.isoformat(), ("gain", "100"))
    carry = carry_of(held)
    assert [carry.shared, carry.clawback.carry_paid, carry.left] == [220, 220, 6]  # 20 of 100, 6 of it held back


def test_another_approves_what_was_read(held: Fund, world: World) -> None:
    manager, other = held.approvers
    asked = ask_to_let_go(manager, held.vehicle, "25")
    assert (asked.content["left"], asked.content["amount"]) == ("60.0000", "25.0000")
    with acting_as(manager.tenancy):
        with pytest.raises(OwnRequest):
            decide_approval(manager, asked.id, digest=asked.digest, approves=True)
        with pytest.raises(AlreadyAsked):
            request_release(manager, held.vehicle, amount=Decimal(1), reason="More.")
    pay_out(held.maker, held.approvers, held.vehicle, TODAY.isoformat(), ("gain", "100"))
    with acting_as(other.tenancy), pytest.raises(EscrowMoved):
        decide_approval(other, asked.id, digest=asked.digest, approves=True)
    assert carry_of(held).released == 0
    for stranger, error in ((world.investor, Forbidden), (world.auditor, Forbidden), (world.foreign_manager, NotFound)):
        with acting_as(stranger.tenancy), pytest.raises(error):
            request_release(stranger, held.vehicle, amount=Decimal(1), reason="Mine.")


def test_what_a_clawback_would_ask_for_stays(held: Fund) -> None:
    held.history(("contribution", "2026-02-01", "500"))  # lost since: 500 and its preferred return are lacking
    assert carry_of(held).releasable == 60
    asked = ask_to_let_go(held.maker, held.vehicle, "60")
    _set_terms(held, clawback=True)
    carry = carry_of(held)
    assert carry.clawback.owed == 100  # 200 were paid, 100 is a fifth of what is left of the profit
    assert [carry.needed, carry.releasable] == [60, 0]
    with acting_as(held.approvers[0].tenancy), pytest.raises(EscrowMoved):
        decide_approval(held.approvers[0], asked.id, digest=asked.digest, approves=True)


def test_a_distribution_whose_escrow_was_let_go_is_not_taken_back(held: Fund) -> None:
    later = pay_out(held.maker, held.approvers, held.vehicle, "2026-02-01", ("gain", "100"))
    let_go(held.maker, held.approvers[0], held.vehicle, "60")
    first = carry_of(held).held[0].distribution_id
    with acting_as(held.maker.tenancy), pytest.raises(EscrowReleased):
        request_reversal(held.maker, first, reason="Wrong day.")
    take_back(held.maker, held.approvers[0], later, "Wrong day.")  # its 6 are there still
    assert carry_of(held).left == 0


def test_tax_is_withheld_as_from_other_carry(held: Fund) -> None:
    with acting_as(Actor.system(held.maker.firm_id).tenancy):
        _reside(held.carry, "US")
    with acting_as(held.maker.tenancy):
        set_withholding_rate(held.maker, held.vehicle, Rate("US", None, Source.CARRIED_INTEREST, Decimal("0.1"), "Law"))
    let_go(held.maker, held.approvers[0], held.vehicle, "25.05")
    (release,) = carry_of(held).releases
    assert release.withheld == Decimal("2.51")  # half up


@transactional
def _reside(account_id: UUID, country: str) -> None:
    execute("UPDATE people.investor_accounts SET tax_residence = %(c)s WHERE id = %(id)s", c=country, id=account_id)


def test_it_is_a_distribution_told_paid_by_file_and_seen_by_who_holds_the_account(held: Fund, world: World) -> None:
    manager, second = held.approvers
    account = make_account(held.maker.firm_id, "Harbour Carry", world.another_investor)
    _set_terms(held, carry_account_id=account)
    bank_with(held.maker, account, ACH)
    let_go(held.maker, manager, held.vehicle, "25")
    (release,) = carry_of(held).releases
    assert release.distribution_id
    holder = world.another_investor
    with acting_as(holder.tenancy):
        assert [(each.id, each.net) for each in list_distributions(holder, most=1)] == [(release.distribution_id, 25)]
        assert len(list_notice_links(holder, release.distribution_id, [account])) == 1
    with acting_as(manager.tenancy):
        set_origin(manager, held.vehicle, ORIGIN)
        made = make_payment_file(manager, release.distribution_id, FileFormat.NACHA, pay_on=TODAY)
        assert [(each.account, each.amount) for each in list_outgoing(manager, made)] == [("Harbour Carry", 25)]
    with acting_as(held.maker.tenancy), pytest.raises(MoneyOnItsWay):
        request_reversal(held.maker, release.distribution_id, reason="Too early.")
    with acting_as(second.tenancy):
        assert get_distribution(second, release.distribution_id).created_by == held.maker.user_id


def test_taken_back_by_two_it_is_held_back_again_and_no_later_day_is_closed_by_it(held: Fund) -> None:
    let_go(held.maker, held.approvers[0], held.vehicle, "25")
    (release,) = carry_of(held).releases
    assert release.distribution_id
    asked = ask_back(held.approvers[0], release.distribution_id, "Too early.")
    with acting_as(held.approvers[0].tenancy), pytest.raises(OwnRequest):
        decide_approval(held.approvers[0], asked.id, digest=asked.digest, approves=True)
    with acting_as(held.approvers[1].tenancy):
        decide_approval(held.approvers[1], asked.id, digest=asked.digest, approves=True)
    carry = carry_of(held)
    assert ([carry.left, carry.released], carry.releases) == ([60, 0], ())
    assert to_general_partner(held) == 140
    let_go(held.maker, held.approvers[0], held.vehicle, "25")
    pay_out(held.maker, held.approvers, held.vehicle, "2026-02-01", ("gain", "100"))
