"""Payments matched and booked: exactly by one person, by hand by two; the ledger tells the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import OwnRequest
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.investments.capital_calls.queries.shares import list_call_shares
from portal.domain.investments.capital_calls.values.shares import CallShare
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.payments.errors import LineTaken, NotExact, PartsDoNotFit, ReceiptClosed
from portal.domain.investments.payments.queries.dues import list_dues, list_proposals
from portal.domain.investments.payments.queries.late_interests import list_late_interests
from portal.domain.investments.payments.queries.receipts import find_open_request, get_receipt, list_receipts
from portal.domain.investments.payments.services.booking import (
    refund_excess,
    request_refund_undoing,
    undo_posted_receipt,
    use_excess,
    waive_interest,
)
from portal.domain.investments.payments.services.matching import confirm_exact, match_by_hand
from portal.domain.investments.payments.values.matching import Confidence, DueKind, Reason
from portal.domain.investments.payments.values.receipts import ExcessState, HandPart, LateState, LineState, ReceiptState
from portal.domain.investments.vehicles.values import Terms
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden, Invalid
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.calls import approve, draft_of, issue_call, make_fund, open_bank_account
from tests.factories.identity import make_user
from tests.factories.payments import lines_of, read_file

pytestmark = pytest.mark.usefixtures("app")
TODAY = clock.today().isoformat()
HUNDRED, FOUR_HUNDRED = Decimal(100), Decimal(400)


@pytest.fixture
def shares(app: Flask, world: World, associate: Actor, manager: Actor, investor: Actor) -> list[CallShare]:
    """1,000 called from 1, 4 and 5 million at 10 % for late payers: 100, 400, 500. The investor acts for the first."""
    vehicle, _ = make_fund(
        world.firm_id, "Harbour Fund I", ["1000000", "4000000", "5000000"], members=[[investor]],
        terms=Terms(late_interest=Decimal("0.10")),
    )  # fmt: skip
    open_bank_account(associate, manager, vehicle)
    return shares_of(associate, issue_call(associate, manager, draft_of(vehicle)))


def shares_of(actor: Actor, call_id: UUID) -> list[CallShare]:
    with acting_as(actor.tenancy):
        return [share for _, share in list_call_shares(actor, call_id)]


def pay(associate: Actor, *rows: tuple[str, str, str], on: str = TODAY) -> list[UUID]:
    """A bank file with (payer, reference, amount) rows; the ids of its movements."""
    file_id = read_file(associate, *((on, *row) for row in rows), account=uuid4().hex)
    return [line.id for line in lines_of(associate, file_id)]


def paid_in(actor: Actor, share: CallShare) -> Decimal:
    with acting_as(actor.tenancy):
        assert list_ledger_findings(actor) == []
        found = list_holdings(actor, as_of=clock.today(), vehicle_id=share.vehicle_id)
    return next(each.paid_in for each in found if each.account_id == share.account_id)


def called(actor: Actor, share: CallShare) -> Decimal:
    """What the books have as called and not paid."""
    with acting_as(actor.tenancy):
        found = list_holdings(actor, as_of=clock.today(), vehicle_id=share.vehicle_id)
    return next(each.called for each in found if each.account_id == share.account_id)


def match(actor: Actor, line_id: UUID, *parts: tuple[CallShare, str], owner: UUID | None = None) -> UUID:
    with acting_as(actor.tenancy):
        given = [HandPart(share.id, Decimal(amount)) for share, amount in parts]
        return match_by_hand(actor, line_id, given, excess_account_id=owner)


def accept(actor: Actor, receipt_id: UUID) -> None:
    with acting_as(actor.tenancy):
        request = find_open_request(actor, receipt_id)
    assert request
    approve(actor, request)


def make_late(firm_id: UUID, share: CallShare, days: int) -> None:
    @transactional
    def age() -> None:
        due = clock.today() - timedelta(days=days)
        execute("UPDATE investments.call_shares SET due_on = %(due)s WHERE id = %(id)s", due=due, id=share.id)

    with acting_as(Actor.system(firm_id).tenancy):
        age()


def test_what_fits_exactly_is_booked_by_one_person_and_once(shares: list[CallShare], associate: Actor) -> None:
    first, second, _ = shares
    pay(associate, ("A", first.reference, "100"), ("B", second.reference, "399"), ("C", "nothing", "3"))
    with acting_as(associate.tenancy):
        sure = [found.confidence for _, found in list_proposals(associate)]
        assert sure == [Confidence.EXACT, Confidence.LIKELY, Confidence.NONE]
        assert confirm_exact(associate) == 1
        assert confirm_exact(associate) == 0
        (receipt,) = list_receipts(associate)
        assert (receipt.state, receipt.line.state) == (ReceiptState.POSTED, LineState.MATCHED)
        assert {due.open for due in list_dues(associate)} == {FOUR_HUNDRED, Decimal(500)}
        with pytest.raises(NotExact):
            confirm_exact(associate, [receipt.line.id])
    assert paid_in(associate, first) == HUNDRED
    assert paid_in(associate, second) == 0


def test_a_notice_that_is_paid_already_still_says_whose_the_money_is(shares: list[CallShare], associate: Actor) -> None:
    first = shares[0]
    pay(associate, ("A", first.reference, "100"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
    pay(associate, ("", first.reference, "33"))
    with acting_as(associate.tenancy):
        ((_, found),) = list_proposals(associate)
    assert (found.reason, found.excess, found.account_id) == (Reason.REFERENCE_PAID, Decimal(33), first.account_id)


def test_what_is_matched_by_hand_waits_for_somebody_else(
    shares: list[CallShare], associate: Actor, manager: Actor
) -> None:
    first, second, _ = shares
    (line,) = pay(associate, ("somebody", "for both", "350"))
    receipt = match(associate, line, (first, "100"), (second, "250"))
    assert paid_in(associate, first) == 0
    with pytest.raises(LineTaken):
        match(manager, line, (first, "100"))
    with acting_as(associate.tenancy):
        request = find_open_request(associate, receipt)
        assert request
        digest = get_approval(associate, request).digest
        with pytest.raises(OwnRequest):
            decide_approval(associate, request, digest=digest, approves=True)
    accept(manager, receipt)
    assert (paid_in(associate, first), paid_in(associate, second)) == (HUNDRED, Decimal(250))
    with acting_as(associate.tenancy):
        assert get_receipt(associate, receipt).state is ReceiptState.POSTED
        assert {due.open for due in list_dues(associate)} == {Decimal(150), Decimal(500)}


def test_a_rejected_match_leaves_the_payment_to_be_matched(
    shares: list[CallShare], associate: Actor, manager: Actor
) -> None:
    (line,) = pay(associate, ("somebody", "", "77"))
    receipt = match(associate, line, (shares[0], "77"))
    with acting_as(manager.tenancy):
        request = find_open_request(manager, receipt)
        assert request
        decide_approval(manager, request, digest=get_approval(manager, request).digest, approves=False, comment="No.")
        assert get_receipt(manager, receipt).state is ReceiptState.REJECTED
        assert [line_.id for line_, _ in list_proposals(manager)] == [line]
    assert paid_in(associate, shares[0]) == 0


def test_parts_that_do_not_fit_are_refused(shares: list[CallShare], associate: Actor, investor: Actor) -> None:
    first = shares[0]
    (line,) = pay(associate, ("somebody", "", "120"))
    for parts in ([(first, "100.001")], [(first, "101")], [(first, "0")], [(first, "50"), (first, "50")]):
        with pytest.raises(PartsDoNotFit):
            match(associate, line, *parts)
    with pytest.raises(PartsDoNotFit, match="whose the money is"):
        match(associate, line)
    with pytest.raises(PartsDoNotFit, match="come to more"):
        match(associate, line, (first, "100"), (shares[1], "21"))
    with pytest.raises(Forbidden):
        match(investor, line, (first, "100"))


def test_what_is_paid_meanwhile_cannot_be_paid_again_by_a_late_approval(
    shares: list[CallShare], associate: Actor, manager: Actor
) -> None:
    line, _ = pay(associate, ("somebody", "", "60"), ("A", shares[0].reference, "100"))
    receipt = match(associate, line, (shares[0], "60"))
    with acting_as(associate.tenancy):
        assert confirm_exact(associate) == 1
    with pytest.raises(PartsDoNotFit, match="Less is open"):
        accept(manager, receipt)
    assert paid_in(associate, shares[0]) == HUNDRED


def test_a_receipt_is_taken_back_by_reversal_and_only_by_somebody_else(
    shares: list[CallShare], associate: Actor, manager: Actor
) -> None:
    (line,) = pay(associate, ("A", shares[0].reference, "100"))
    with acting_as(associate.tenancy):
        confirm_exact(associate, [line])
        (receipt,) = list_receipts(associate)
        with pytest.raises(Forbidden):
            undo_posted_receipt(associate, receipt.id, reason="A mistake")
    with acting_as(manager.tenancy):
        undo_posted_receipt(manager, receipt.id, reason="A mistake")
        with pytest.raises(ReceiptClosed):
            undo_posted_receipt(manager, receipt.id, reason="A mistake")
        assert [each.id for each, _ in list_proposals(manager)] == [line]
    assert paid_in(associate, shares[0]) == 0
    with acting_as(associate.tenancy):
        assert confirm_exact(associate, [line]) == 1  # matched anew
    assert paid_in(associate, shares[0]) == HUNDRED


def test_interest_is_asked_for_on_what_came_late_and_paid_like_a_due(
    shares: list[CallShare], firm_id: UUID, associate: Actor, manager: Actor
) -> None:
    second = shares[1]
    make_late(firm_id, second, 73)  # a fifth of a year: 400 × 10 % × 73/365 = 8
    pay(associate, ("B", second.reference, "400"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
        (late,) = list_late_interests(associate, open_only=True)
        assert (late.principal, late.rate, late.days, late.year, late.amount) == (
            FOUR_HUNDRED, Decimal("0.10"), 73, 365, Decimal(8)
        )  # fmt: skip
        (due,) = [each for each in list_dues(associate) if each.kind is DueKind.LATE_INTEREST]
        assert due.reference == f"L-{second.reference}"
    pay(associate, ("B", f"interest {due.reference}", "8"))
    with acting_as(associate.tenancy):
        assert confirm_exact(associate) == 1
        assert not list_late_interests(associate, open_only=True)
        interest, late_receipt = list_receipts(associate)
    assert paid_in(associate, second) == Decimal(408)
    with acting_as(manager.tenancy):
        with pytest.raises(ReceiptClosed, match="Interest on this late payment is paid"):
            undo_posted_receipt(manager, late_receipt.id, reason="x")
        undo_posted_receipt(manager, interest.id, reason="x")
        undo_posted_receipt(manager, late_receipt.id, reason="x")
        assert [each.state for each in list_late_interests(manager)] == [LateState.VOID]
    assert paid_in(associate, second) == 0


def test_interest_that_is_paid_pays_nothing_of_another_call_that_is_open(
    shares: list[CallShare], firm_id: UUID, associate: Actor, manager: Actor
) -> None:
    second = shares[1]
    make_late(firm_id, second, 73)
    pay(associate, ("B", second.reference, "400"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
    issue_call(associate, manager, draft_of(second.vehicle_id))
    assert called(associate, second) == FOUR_HUNDRED
    pay(associate, ("B", f"interest L-{second.reference}", "8"))
    with acting_as(associate.tenancy):
        assert confirm_exact(associate) == 1
    assert called(associate, second) == FOUR_HUNDRED
    assert paid_in(associate, second) == Decimal(408)


def test_interest_may_be_waived_with_a_reason(
    shares: list[CallShare], firm_id: UUID, associate: Actor, manager: Actor
) -> None:
    make_late(firm_id, shares[1], 73)
    pay(associate, ("B", shares[1].reference, "400"))
    with acting_as(associate.tenancy):
        confirm_exact(associate)
        (late,) = list_late_interests(associate)
        with pytest.raises(Forbidden):
            waive_interest(associate, late.id, note="The bank's fault")
    with acting_as(manager.tenancy):
        waive_interest(manager, late.id, note="The bank's fault")
        with pytest.raises(ReceiptClosed):
            waive_interest(manager, late.id, note="again")
        assert not [each for each in list_dues(manager) if each.kind is DueKind.LATE_INTEREST]


def test_too_much_is_refunded_or_pays_the_next_call(shares: list[CallShare], associate: Actor, manager: Actor) -> None:
    first = shares[0]
    one, other = pay(associate, ("A", first.reference, "130"), ("A", "", "7"))
    kept = match(associate, one, (first, "100"))
    refunded = match(associate, other, owner=first.account_id)
    for receipt in (kept, refunded):
        accept(manager, receipt)
    with acting_as(associate.tenancy):
        found = list_receipts(associate, excess_only=True)
        assert {(each.excess, each.excess_account_id) for each in found} == {
            (Decimal(30), first.account_id),
            (Decimal(7), first.account_id),
        }
        with pytest.raises(Forbidden):
            refund_excess(associate, refunded)
    again = issue_call(associate, manager, draft_of(first.vehicle_id))
    later = shares_of(associate, again)
    with acting_as(manager.tenancy):
        with pytest.raises(PartsDoNotFit):
            use_excess(manager, kept, later[1].id)  # another account's
        use_excess(manager, kept, later[0].id)
        refund_excess(manager, refunded)
        for receipt in (kept, refunded):
            with pytest.raises(ReceiptClosed):
                refund_excess(manager, receipt)
        assert get_receipt(manager, kept).excess_state is ExcessState.USED
    assert paid_in(associate, first) == Decimal(130)


def test_a_refund_is_taken_back_by_two_and_the_money_is_there_to_settle_again(
    shares: list[CallShare], associate: Actor, manager: Actor
) -> None:
    (line,) = pay(associate, ("A", shares[0].reference, "130"))
    receipt = match(associate, line, (shares[0], "100"))
    accept(manager, receipt)

    def ask(actor: Actor, reason: str = "Sent back") -> UUID:
        with acting_as(actor.tenancy):
            return request_refund_undoing(actor, receipt, reason=reason)

    with pytest.raises(ReceiptClosed):
        ask(associate)  # nothing is refunded yet
    with acting_as(manager.tenancy):
        refund_excess(manager, receipt)
    with pytest.raises(Invalid):
        ask(associate, " ")
    asked = ask(manager)
    with pytest.raises(OwnRequest):
        approve(manager, asked)
    with acting_as(associate.tenancy):
        assert get_receipt(associate, receipt).excess_state is ExcessState.REFUNDED
    approve(make_user(manager.firm_id, "second.manager@example.com", Role.MANAGER), asked)
    with acting_as(manager.tenancy):
        assert get_receipt(manager, receipt).excess_state is ExcessState.OPEN
        assert [each.id for each in list_receipts(manager, excess_only=True)] == [receipt]
        undo_posted_receipt(manager, receipt, reason="Another account's")
    assert paid_in(associate, shares[0]) == 0
    with pytest.raises(ReceiptClosed):
        ask(associate)


def test_a_long_file_is_matched_with_as_many_questions_as_a_short_one(
    shares: list[CallShare], associate: Actor, count_statements: object
) -> None:
    counted = []
    for count in (2, 400):
        rows = [(f"payer {n} of {count}", f"C9-{n}", f"{n + 1}.50") for n in range(count)]
        pay(associate, *rows)
        with acting_as(associate.tenancy), count_statements() as statements:  # type: ignore[operator]
            assert len(list_proposals(associate)) >= count
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 5
