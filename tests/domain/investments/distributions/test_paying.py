"""A distribution from draft to the books and back, through the services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.approvals.errors import DecidedBefore, OwnRequest
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import ApprovalState
from portal.domain.investments.capital_calls.queries.shares import list_call_shares
from portal.domain.investments.capital_calls.services.payments import record_payment
from portal.domain.investments.distributions.errors import (
    BooksMoved,
    DistributionMoved,
    MoneyOnItsWay,
    NoCarryAccount,
    ReversalAsked,
)
from portal.domain.investments.distributions.queries.books import get_course
from portal.domain.investments.distributions.queries.distributions import get_distribution, list_distributions
from portal.domain.investments.distributions.queries.shares import list_payable_shares, list_shares
from portal.domain.investments.distributions.services.drafting import recall_distribution
from portal.domain.investments.distributions.services.paying import (
    mark_shares,
    post_distribution,
    request_reversal,
    reverse_distribution,
)
from portal.domain.investments.distributions.values.distributions import DistributionState, ShareState
from portal.domain.investments.distributions.values.plans import Method
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.notices.queries import get_notice, list_notice_links
from portal.domain.investments.notices.values import NoticeKind
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import AccruesFrom, Compounding, Terms, VehicleDescription
from portal.platform import clock
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import draft_of, issue_call, open_bank_account
from tests.factories.calls import make_fund as call_fund
from tests.factories.distributions import ask_back, decide, pay_out, post, prepare, request_of, submit, take_back
from tests.factories.funds import Fund

S = DistributionState


def test_a_day_far_ahead_is_refused_before_anything_is_worked_out(fund: Fund) -> None:
    with pytest.raises(Invalid) as refused:
        prepare(fund.maker, fund.vehicle, "9999-12-31", ("gain", "100"))
    assert refused.value.fields == {"pay_on": "Choose a day within the next two years."}


def paid(fund: Fund, distribution_id: UUID) -> dict[str, str]:
    with acting_as(fund.maker.tenancy):
        return {share.account: str(share.gross) for share in list_shares(fund.maker, distribution_id, most=50)}


def state(fund: Fund, distribution_id: UUID) -> DistributionState:
    with acting_as(fund.maker.tenancy):
        return get_distribution(fund.maker, distribution_id).state


def digest_of(fund: Fund, distribution_id: UUID) -> str | None:
    with acting_as(fund.maker.tenancy):
        return get_distribution(fund.maker, distribution_id).digest


def distributed(fund: Fund) -> dict[str, Decimal]:
    with acting_as(fund.maker.tenancy):
        rows = list_holdings(fund.maker, as_of=clock.today(), vehicle_id=fund.vehicle)
        return {row.account: row.distributed for row in rows}


# Each worked example: the drawn capital, the terms, then every payment with what partners and general partner get.
EXAMPLES: dict[str, tuple[str, str, str, list[tuple[str, str, str, str | None]]]] = {
    "a year at 8 %": ("1000", "2025-01-01", "1", [("2026-01-01", "2000", "1800.0000", "200.0000")]),
    "catch-up of 80 %": ("1000", "2025-01-01", "0.8", [("2026-01-01", "2000", "1800.0000", "200.0000")]),
    "10M on 8M": ("8000000", "2023-01-02", "1", [("2025-01-01", "10000000", "9600000.0000", "400000.0000")]),
    "Metrick and Yasuda": (
        "100000000",
        "2021-01-01",
        "1",
        [
            ("2022-01-01", "108000000", "108000000.0000", None),
            ("2023-01-01", "92000000", "72000000.0000", "20000000.0000"),
        ],
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_through_the_books(fund: Fund, name: str) -> None:
    drawn, on, catch_up, payments = EXAMPLES[name]
    _set_terms(fund, catch_up)
    fund.history(("commitment", on, drawn), ("contribution", on, drawn))
    for day, amount, partners, carry in payments:
        found = pay_out(fund.maker, fund.approvers, fund.vehicle, day, ("gain", amount))
        expected = {"Lane Trust": partners} | ({"Harbour GP": carry} if carry else {})
        assert paid(fund, found) == expected
    with acting_as(fund.maker.tenancy):
        assert not list_ledger_findings(fund.maker)


def _set_terms(fund: Fund, catch_up: str) -> None:
    terms = Terms(
        Decimal("0.08"), Compounding.SIMPLE, carry=Decimal("0.2"), catch_up=Decimal(catch_up),
        carry_account_id=fund.carry,
    )  # fmt: skip
    with acting_as(fund.maker.tenancy):
        change_vehicle(fund.maker, fund.vehicle, VehicleDescription("Harbour I", "USD", terms=terms))


@pytest.fixture
def drawn(fund: Fund) -> Fund:
    for account, amount in ((fund.lane, "600"), (fund.ortiz, "400")):
        fund.history(("commitment", "2025-01-01", "1000"), ("contribution", "2025-01-01", amount), account=account)
    return fund


def test_two_others_approve_and_then_it_is_posted(drawn: Fund) -> None:
    first, second = drawn.approvers
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "2000"), recallable="100")
    submit(drawn.maker, found)
    assert (state(drawn, found), distributed(drawn)["Lane Trust"]) == (S.WAITING, Decimal(0))
    with pytest.raises(OwnRequest):
        decide(drawn.maker, found)
    assert decide(first, found) is ApprovalState.OPEN
    with pytest.raises(DecidedBefore):
        decide(first, found)
    assert state(drawn, found) is S.WAITING
    assert decide(second, found) is ApprovalState.EXECUTED
    assert state(drawn, found) is S.APPROVED
    assert [post(drawn.maker.firm_id, found) for _ in range(2)] == [True, False]
    assert state(drawn, found) is S.POSTED
    assert distributed(drawn) == {"Harbour GP": 200, "Lane Trust": 1080, "Ortiz Trust": 720}
    with acting_as(drawn.maker.tenancy):
        rows = list_holdings(drawn.maker, as_of=clock.today(), vehicle_id=drawn.vehicle)
        assert [row.unfunded for row in rows if row.commitment] == [460, 640]  # of 400 and 600
        with pytest.raises(DistributionMoved):
            post_distribution(drawn.maker, found)


def test_what_is_asked_for_must_still_follow_from_the_books(drawn: Fund) -> None:
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "2000"))
    submit(drawn.maker, found)
    decide(drawn.approvers[0], found)
    drawn.history(("contribution", "2025-06-01", "50"))
    with pytest.raises(BooksMoved):
        decide(drawn.approvers[1], found)
    with acting_as(drawn.maker.tenancy):
        recall_distribution(drawn.maker, found)
    assert state(drawn, found) is S.DRAFT
    submit(drawn.maker, found)
    assert {decide(each, found) for each in drawn.approvers} == {ApprovalState.OPEN, ApprovalState.EXECUTED}


def test_a_rejected_one_is_a_draft_again(drawn: Fund, world: World) -> None:
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "2000"))
    submit(drawn.maker, found)
    decide(drawn.approvers[0], found, approves=False, comment="The gain is 1,900.")
    assert (state(drawn, found), paid(drawn, found)) == (S.DRAFT, {})


def test_one_for_a_later_day_waits_for_it(drawn: Fund) -> None:
    day = clock.today() + timedelta(days=3)
    found = pay_out(drawn.maker, drawn.approvers, drawn.vehicle, day.isoformat(), ("gain", "10"), method=Method.PAID_IN)
    assert (state(drawn, found), distributed(drawn)["Lane Trust"]) == (S.APPROVED, Decimal(0))
    with acting_as(drawn.maker.tenancy):
        assert [share.net for share in list_payable_shares(drawn.maker, found)] == [6, 4]
    take_back(drawn.maker, drawn.approvers[0], found, "The sale fell through.")
    assert not post(drawn.maker.firm_id, found)
    assert state(drawn, found) is S.REVERSED


def test_taken_back_before_it_is_paid_it_leaves_the_books_and_the_tiers_as_they_were(drawn: Fund) -> None:
    found = pay_out(drawn.maker, drawn.approvers, drawn.vehicle, "2026-01-01", ("gain", "500"))
    with acting_as(drawn.maker.tenancy), pytest.raises(Invalid):
        request_reversal(drawn.maker, found, reason=" ")
    take_back(drawn.maker, drawn.approvers[0], found, "Wrong day.")
    with acting_as(drawn.maker.tenancy):
        assert not list_ledger_findings(drawn.maker)
        with pytest.raises(DistributionMoved):
            request_reversal(drawn.maker, found, reason="Again.")
    assert set(distributed(drawn).values()) == {0}
    again = pay_out(drawn.maker, drawn.approvers, drawn.vehicle, "2025-12-31", ("gain", "2000"))
    with acting_as(drawn.maker.tenancy):
        (fall,) = get_distribution(drawn.maker, again).falls
        assert fall.lines[0].before == 0


def test_money_on_its_way_is_not_taken_back(drawn: Fund) -> None:
    found = pay_out(drawn.maker, drawn.approvers, drawn.vehicle, "2026-01-01", ("gain", "500"))
    with acting_as(drawn.maker.tenancy):
        ids = [share.id for share in list_payable_shares(drawn.maker, found)]
        mark_shares(drawn.maker, found, ids[:1], ShareState.IN_FILE)
        with pytest.raises(DistributionMoved):
            mark_shares(drawn.maker, found, ids, ShareState.IN_FILE)
        assert len(list_payable_shares(drawn.maker, found)) == 1
        with pytest.raises(MoneyOnItsWay):
            request_reversal(drawn.maker, found, reason="Too late.")


def test_taking_it_back_needs_somebody_else_and_is_judged_anew_when_it_is_done(drawn: Fund) -> None:
    found = pay_out(drawn.maker, drawn.approvers, drawn.vehicle, "2026-01-01", ("gain", "500"))
    manager, other = drawn.approvers
    asked = ask_back(manager, found, "Wrong day.")
    assert asked.content["digest"] == digest_of(drawn, found)
    with acting_as(manager.tenancy):
        with pytest.raises(OwnRequest):
            decide_approval(manager, asked.id, digest=asked.digest, approves=True)
        with pytest.raises(DistributionMoved):
            reverse_distribution(manager, found, digest="of another", reason="Wrong day.")
    with acting_as(drawn.maker.tenancy), pytest.raises(Forbidden):
        reverse_distribution(drawn.maker, found, digest=asked.content["digest"], reason="Wrong day.")
    assert state(drawn, found) is S.POSTED
    with acting_as(drawn.maker.tenancy), pytest.raises(ReversalAsked):
        mark_shares(drawn.maker, found, [list_payable_shares(drawn.maker, found)[0].id], ShareState.IN_FILE)
    with acting_as(other.tenancy):
        decide_approval(other, asked.id, digest=asked.digest, approves=True)
    assert state(drawn, found) is S.REVERSED


def test_it_comes_after_the_last_one_and_carry_needs_an_account(drawn: Fund) -> None:
    pay_out(drawn.maker, drawn.approvers, drawn.vehicle, "2026-01-01", ("gain", "10"))
    with pytest.raises(Invalid, match="another look") as refused:
        prepare(drawn.maker, drawn.vehicle, "2025-12-31", ("gain", "10"))
    assert "cannot come before it" in refused.value.fields["pay_on"]
    with acting_as(drawn.maker.tenancy):
        change_vehicle(
            drawn.maker,
            drawn.vehicle,
            VehicleDescription("Harbour I", "USD", terms=Terms(carry=Decimal("0.2"), catch_up=Decimal(1))),
        )
    with pytest.raises(NoCarryAccount):
        submit(drawn.maker, prepare(drawn.maker, drawn.vehicle, "2026-01-02", ("gain", "5000")))


def test_investors_see_what_is_approved_and_theirs(drawn: Fund, world: World) -> None:
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "500"), note="Sale of Alpha")
    submit(drawn.maker, found)

    def seen(person: object) -> int:
        actor = world.investor if person == "ada" else world.foreign_manager
        with acting_as(actor.tenancy):
            return len(list_distributions(actor, most=9))

    assert seen("ada") == 0
    with acting_as(world.investor.tenancy), pytest.raises(NotFound):
        get_distribution(world.investor, found)
    for each in drawn.approvers:
        decide(each, found)
    assert (seen("ada"), seen("foreign")) == (1, 0)
    with acting_as(world.investor.tenancy):
        (mine,) = list_distributions(world.investor, most=9)
        assert (mine.net, mine.accounts) == (Decimal(300), 1)
        assert [share.account for share in list_shares(world.investor, found, most=9)] == ["Lane Trust"]


def test_everybody_is_told_and_told_again_when_it_is_taken_back(drawn: Fund, world: World) -> None:
    found = pay_out(drawn.maker, drawn.approvers, drawn.vehicle, "2026-01-01", ("gain", "500"), recallable="100")
    take_back(drawn.maker, drawn.approvers[0], found, "Wrong day.")
    with acting_as(world.investor.tenancy):
        links = list_notice_links(world.investor, found, [drawn.lane, drawn.ortiz])
        told = {each.notice.kind: each.notice for each in (get_notice(world.investor, link.id) for link in links)}
    first, then = told[NoticeKind.DISTRIBUTION], told[NoticeKind.DISTRIBUTION_CANCELLED]
    (line,) = first.paid_out
    assert [line.fund, line.account, -first.net_due] == [500, 300, 300]
    assert [first.unfunded_before, first.unfunded_after] == [400, 460]
    assert [then.unfunded_before, then.unfunded_after] == [460, 400]
    assert "Wrong day." in then.reason


@pytest.mark.parametrize("accrues_from", list(AccruesFrom))
def test_the_preferred_return_runs_from_the_day_the_agreement_says(
    app: Flask, world: World, accrues_from: AccruesFrom
) -> None:
    terms = Terms(Decimal("0.08"), Compounding.SIMPLE, accrues_from=accrues_from)
    vehicle, _ = call_fund(world.firm_id, "Called I", ["1000"], terms=terms)
    open_bank_account(world.associate, world.manager, vehicle)
    call = issue_call(world.associate, world.manager, draft_of(vehicle, days=30))
    with acting_as(world.associate.tenancy):
        ((_, due),) = list_call_shares(world.associate, call)
        paid = clock.today() - timedelta(days=5)
        record_payment(world.associate, due.id, amount=Decimal(1000), value_on=paid, receipt_id=new_id())
        course = get_course(world.associate, get_vehicle(world.associate, vehicle), clock.today() + timedelta(days=90))
    expected = paid if accrues_from is AccruesFrom.PAID else clock.today() + timedelta(days=30)
    assert [each.on for each in course.drawn] == [expected]


def test_what_is_asked_says_what_will_be_done(drawn: Fund) -> None:
    found = prepare(drawn.maker, drawn.vehicle, "2026-01-01", ("gain", "500"))
    submit(drawn.maker, found)
    content = request_of(drawn.maker, found).content
    assert (content["gross"], content["accounts"], content["pay_on"]) == ("500.00", 2, "2026-01-01")
