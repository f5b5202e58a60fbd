"""Calls through the services: previewed, approved by another, issued, paid, cancelled; the ledger tells the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.errors import NotOpen, OwnRequest
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.capital_calls.errors import CallChanged, CallClosed, NothingOwed, PaidAlready
from portal.domain.investments.capital_calls.queries.calls import get_call, get_call_preview
from portal.domain.investments.capital_calls.queries.shares import (
    get_share_detail,
    list_call_shares,
    list_dues,
    list_shares,
)
from portal.domain.investments.capital_calls.services.drafting import (
    change_call,
    create_call,
    reopen_call,
    request_call_approval,
)
from portal.domain.investments.capital_calls.services.issuing import request_cancellation
from portal.domain.investments.capital_calls.services.payments import record_payment, undo_receipt
from portal.domain.investments.capital_calls.values.allocating import LineKind
from portal.domain.investments.capital_calls.values.calls import CallState, LineDraft
from portal.domain.investments.capital_calls.values.shares import CallShare, ShareState
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock
from portal.platform.errors import Conflict, Forbidden, Invalid
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import (
    approve,
    ask_for_call,
    draft_of,
    issue_call,
    make_fund,
    open_bank_account,
)
from tests.factories.investments import post_history

END = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
pytestmark = pytest.mark.usefixtures("app")
INVESTMENT, FEES = LineKind.INVESTMENT, LineKind.FEES


@pytest.fixture
def fund(app: Flask, world: World, associate: Actor, manager: Actor, investor: Actor) -> tuple[UUID, list[UUID]]:
    """1, 4 and 5 million; the investor acts for the first."""
    made = make_fund(
        world.firm_id,
        "Harbour Fund I",
        ["1000000", "4000000", "5000000"],
        members=[[investor]],
        terms=Terms(late_interest=Decimal("0.10")),
    )
    open_bank_account(associate, manager, made[0])
    return made


def balances(actor: Actor, vehicle: UUID) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Of each holding of the fund in order of admission: unfunded, called and not paid, paid in."""
    with acting_as(actor.tenancy):
        found = list_holdings(actor, as_of=clock.today(), vehicle_id=vehicle)
        assert list_ledger_findings(actor) == []
    return [(each.unfunded, each.called, each.paid_in) for each in sorted(found, key=lambda each: each.account)]


def shares_of(actor: Actor, call_id: UUID) -> list[CallShare]:
    with acting_as(actor.tenancy):
        return [share for _, share in list_call_shares(actor, call_id)]


def pay(actor: Actor, share: CallShare, amount: str, *, days_late: int = 0, receipt: UUID | None = None) -> UUID:
    receipt_id = receipt or uuid4()
    on = min(clock.today(), share.due_on + timedelta(days=days_late))
    with acting_as(actor.tenancy):
        record_payment(actor, share.id, amount=Decimal(amount), value_on=on, receipt_id=receipt_id)
    return receipt_id


def million(vehicle: UUID, **more: Any) -> Any:
    return draft_of(vehicle, LineDraft(INVESTMENT, Decimal(1_000_000)), **more)


def test_a_call_moves_the_promise_when_it_is_issued_and_money_when_it_is_paid(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor
) -> None:
    vehicle, _ = fund
    call_id = issue_call(associate, manager, million(vehicle))
    assert balances(manager, vehicle) == [
        (900_000, 100_000, 0),
        (3_600_000, 400_000, 0),
        (4_500_000, 500_000, 0),
    ]
    first, second, third = shares_of(manager, call_id)
    pay(manager, first, "100000")
    pay(manager, second, "150000.50")
    assert balances(manager, vehicle)[:2] == [
        (900_000, 0, 100_000),
        (3_600_000, Decimal("249999.50"), Decimal("150000.50")),
    ]
    states = [each.state for each in shares_of(manager, call_id)]
    assert states == [ShareState.PAID, ShareState.PARTLY_PAID, ShareState.DUE]
    pay(manager, second, "249999.50")
    pay(manager, third, "500000")
    with acting_as(manager.tenancy):
        assert get_call(manager, call_id).summary.state is CallState.SETTLED
        assert list_dues(manager, vehicle_id=vehicle) == []


def test_fees_outside_the_commitment_move_cash_and_paid_in_but_not_unfunded(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor
) -> None:
    vehicle, _ = fund
    lines = LineDraft(INVESTMENT, Decimal(100)), LineDraft(FEES, Decimal(50), inside=False)
    call_id = issue_call(associate, manager, draft_of(vehicle, *lines))
    share = shares_of(manager, call_id)[0]
    assert (share.inside, share.outside, share.unfunded_after) == (10, 5, Decimal(999_990))
    pay(manager, share, "15")
    assert balances(manager, vehicle)[0] == (Decimal(999_990), 0, 15)


def test_nobody_approves_what_they_asked_for_or_wrote(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor
) -> None:
    vehicle, _ = fund
    _, asked = ask_for_call(manager, draft_of(vehicle))
    with pytest.raises(OwnRequest):
        approve(manager, asked)
    with acting_as(manager.tenancy):
        call_id = create_call(manager, draft_of(vehicle))
    with acting_as(associate.tenancy):
        digest = get_call_preview(associate, call_id).digest
        request_id = request_call_approval(associate, call_id, digest=digest)
    with pytest.raises(Forbidden):
        approve(manager, request_id)


def test_what_changed_after_the_preview_is_not_issued(
    world: World, fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor
) -> None:
    vehicle, accounts = fund
    call_id, asked = ask_for_call(associate, draft_of(vehicle))
    post_history(world.firm_id, accounts[0], vehicle, [("commitment", "2025-01-01", "1")])
    with pytest.raises(CallChanged):
        approve(manager, asked)
    assert balances(manager, vehicle)[1] == (4_000_000, 0, 0)
    with acting_as(manager.tenancy):
        assert get_call(manager, call_id).summary.state is CallState.WAITING


def test_a_call_is_issued_once(fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor) -> None:
    vehicle, _ = fund
    call_id, asked = ask_for_call(associate, draft_of(vehicle))
    approve(manager, asked)
    with pytest.raises(NotOpen):
        approve(manager, asked)
    assert balances(manager, vehicle)[0] == (Decimal(999_900), 100, 0)
    with acting_as(associate.tenancy), pytest.raises(CallClosed):
        change_call(associate, call_id, draft_of(vehicle))


def test_a_rejected_call_and_one_taken_back_are_drafts_again(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor
) -> None:
    vehicle, _ = fund
    call_id, asked = ask_for_call(associate, draft_of(vehicle))
    with acting_as(manager.tenancy):
        digest = get_approval(manager, asked).digest
        decide_approval(manager, asked, digest=digest, approves=False, comment="Too early.")
    with acting_as(associate.tenancy):
        change_call(associate, call_id, draft_of(vehicle, purpose="Later"))
        request_call_approval(associate, call_id, digest=get_call_preview(associate, call_id).digest)
        reopen_call(associate, call_id)
        assert get_call(associate, call_id).summary.state is CallState.DRAFT


def test_what_is_in_the_way_is_said_before_anybody_is_asked(world: World, associate: Actor, manager: Actor) -> None:
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund II", ["100"])
    with acting_as(associate.tenancy):
        call_id = create_call(associate, draft_of(vehicle, days=3))
        preview = get_call_preview(associate, call_id)
        assert [text.partition(".")[0] for text in preview.obstacles] == [
            "The commitments do not cover this call",
            "The vehicle has no bank account in force that calls are paid to",
            "The due date leaves less notice than the terms of the vehicle ask for",
        ]
        with pytest.raises(Conflict):
            request_call_approval(associate, call_id, digest=preview.digest)
        with pytest.raises(Invalid) as refused:
            create_call(associate, draft_of(vehicle, LineDraft(INVESTMENT, None), days=0))
    assert set(refused.value.fields) == {"due_on", "lines"}


def test_a_cancelled_call_leaves_everything_as_it_was(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor, investor: Actor
) -> None:
    vehicle, _ = fund
    before = balances(manager, vehicle)
    odd = draft_of(vehicle, LineDraft(INVESTMENT, Decimal("100.01")))
    call_id = issue_call(associate, manager, odd)
    first = [share.amount for share in shares_of(manager, call_id)]
    with acting_as(associate.tenancy):
        asked = request_cancellation(associate, call_id, reason="The purchase fell through.")
    receipt = pay(manager, shares_of(manager, call_id)[0], "1")
    with pytest.raises(PaidAlready):
        approve(manager, asked)
    with acting_as(manager.tenancy):
        undo_receipt(manager, receipt)
    approve(manager, asked)
    assert balances(manager, vehicle) == before
    with acting_as(investor.tenancy):
        (share,) = list_shares(investor, before=END, most=5)
        assert (share.state, share.open, list_dues(investor)) == (ShareState.CANCELLED, 0, [])
    again = issue_call(associate, manager, odd)  # rounded as if the first had never been
    assert [share.amount for share in shares_of(manager, again)] == first


def test_forty_calls_end_where_one_would(world: World, associate: Actor, manager: Actor) -> None:
    vehicle, _ = make_fund(world.firm_id, "Harbour Fund III", ["1000", "1000", "1000"])
    open_bank_account(associate, manager, vehicle)
    for _ in range(8):
        issue_call(associate, manager, draft_of(vehicle, LineDraft(INVESTMENT, Decimal("0.01"))))
    assert [called for _, called, _ in balances(manager, vehicle)] == [
        Decimal("0.03"),
        Decimal("0.03"),
        Decimal("0.02"),
    ]


def test_a_receipt_counts_once_and_never_for_more_than_is_open(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor
) -> None:
    vehicle, _ = fund
    share = shares_of(manager, issue_call(associate, manager, draft_of(vehicle)))[0]
    receipt = pay(manager, share, "60")
    assert pay(manager, share, "60", receipt=receipt) == receipt
    with pytest.raises(Conflict):
        pay(manager, share, "61", receipt=receipt)
    with pytest.raises(NothingOwed):
        pay(manager, share, "40.01")
    assert balances(manager, vehicle)[0][2] == 60


def test_investors_see_issued_calls_of_their_own_alone(
    fund: tuple[UUID, list[UUID]], associate: Actor, manager: Actor, investor: Actor, another_investor: Actor
) -> None:
    vehicle, _ = fund
    ask_for_call(associate, draft_of(vehicle))
    call_id = issue_call(associate, manager, draft_of(vehicle, purpose="To buy a harbour"))
    with acting_as(investor.tenancy):
        (share,) = list_shares(investor, before=END, most=5)
        assert (share.call_id, share.amount, share.reference[:3]) == (call_id, 100, "C2-")
        detail = get_share_detail(investor, share.id)
        assert (detail.purpose, detail.lines[0].fund, detail.fund_commitment) == ("To buy a harbour", 1000, 10_000_000)
        assert detail.paid_to is not None
        with pytest.raises(Forbidden):
            get_call(investor, call_id)
    with acting_as(another_investor.tenancy):
        assert list_shares(another_investor, before=END, most=5) == []
