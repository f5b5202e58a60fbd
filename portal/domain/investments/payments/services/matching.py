"""Payments matched: those that fit exactly by one person, all others by two."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import RECEIPT
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.payments.errors import LineTaken, NotExact, PartsDoNotFit, ReceiptClosed
from portal.domain.investments.payments.models import ReceiptPartRecord, ReceiptRecord
from portal.domain.investments.payments.queries.bank_files import get_line
from portal.domain.investments.payments.queries.dues import find_dues, list_proposals
from portal.domain.investments.payments.queries.receipts import get_receipt
from portal.domain.investments.payments.services.booking import book_receipt
from portal.domain.investments.payments.values.matching import Confidence, Due, Part, Reason
from portal.domain.investments.payments.values.receipts import (
    ExcessState,
    HandPart,
    KeptLine,
    LineState,
    Receipt,
    ReceiptState,
)
from portal.platform import clock
from portal.platform.db import execute, session, take_turns, transactional
from portal.platform.ids import new_id
from portal.platform.money import InvalidAmount, Money

MOST = 200  # receipts that are confirmed in one transaction
MOVE_LINE = """
UPDATE investments.bank_lines SET state = %(after)s WHERE firm_id = %(firm)s AND id = %(id)s AND state = %(before)s
"""
MOVE_RECEIPT = """
UPDATE investments.receipts SET state = %(after)s, posted_at = CASE %(after)s WHEN 'posted' THEN %(now)s END
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'waiting'
"""


@transactional
def confirm_exact(actor: Actor, line_ids: Sequence[UUID] | None = None, *, most: int = MOST) -> int:
    """Book payments whose reference and amount both say what they are for: these, or up to `most` of all. How many.
    NotExact where one of `line_ids` does not fit (any more)."""
    require(actor, Permission.PREPARE_MONEY)
    take_turns("payments", str(actor.firm_id))
    exact = {line.id: (line, found) for line, found in list_proposals(actor) if found.confidence is Confidence.EXACT}
    wanted = list(exact)[:most] if line_ids is None else list(line_ids)
    if any(each not in exact for each in wanted):
        raise NotExact
    for line_id in wanted:
        line, found = exact[line_id]
        receipt_id = _keep(actor, line, found.parts, Decimal(0), None, found.reason, LineState.MATCHED)
        book_receipt(actor, get_receipt(actor, receipt_id))
        record_act(actor.user_id, "payments.post", f"receipt:{receipt_id}")
    record_act(actor.user_id, "payments.confirm", f"firm:{actor.firm_id}", payments=len(wanted))
    return len(wanted)


@transactional
def match_by_hand(
    actor: Actor, line_id: UUID, parts: Sequence[HandPart], *, excess_account_id: UUID | None = None, note: str = ""
) -> UUID:
    """Say what a payment is for and ask somebody else to approve it; the new receipt's id. What the parts leave of the
    payment is an excess of `excess_account_id`, or of the account of the last part. PartsDoNotFit, LineTaken."""
    require(actor, Permission.PREPARE_MONEY)
    take_turns("payments", str(actor.firm_id))
    line = get_line(actor, line_id)
    if line.state is not LineState.OPEN or line.amount < 0:
        raise LineTaken
    found = _checked(line, parts, find_dues(actor, [each.due_id for each in parts]))
    excess = line.amount - sum((part.amount for part in found), Decimal(0))
    owner = (found[-1].due.account_id if found else excess_account_id) if excess else None
    if excess and owner is None:
        raise PartsDoNotFit("Say whose the money is: choose what it pays, or the account that it belongs to.")
    receipt_id = _keep(actor, line, found, excess, owner, Reason.BY_HAND, LineState.WAITING, note=note)
    content = {"parts": [[str(part.due.id), f"{part.amount:f}"] for part in found], "excess": f"{excess:f}"}
    request_approval(
        actor, RECEIPT, subject=f"receipt:{receipt_id}", content=content, reason=note or "A payment matched by hand."
    )
    record_act(actor.user_id, "payments.match", f"receipt:{receipt_id}")
    return receipt_id


def _checked(line: KeptLine, parts: Sequence[HandPart], dues: dict[UUID, Due]) -> list[Part]:
    """The parts with what they pay: each within what is open, in the payment's currency, all within the payment."""
    if len({each.due_id for each in parts}) != len(parts):
        raise PartsDoNotFit("The same notice is chosen twice. Add the two amounts up.")
    found = []
    for each in parts:
        due = dues.get(each.due_id)
        if due is None:
            raise PartsDoNotFit("One of these notices is paid or cancelled by now. Look at what is open again.")
        if due.currency != line.currency:
            raise PartsDoNotFit(f"{due.reference} is in {due.currency}, the payment in {line.currency}.")
        if not 0 < _exact(each.amount, due.currency) <= due.open:
            raise PartsDoNotFit(f"Of {due.reference} {due.open:f} {due.currency} is open. Enter that or less.")
        found.append(Part(due, each.amount))
    if sum((part.amount for part in found), Decimal(0)) > line.amount:
        raise PartsDoNotFit("The parts come to more than was paid.")
    return found


def _exact(amount: Decimal, currency: str) -> Decimal:
    try:
        return Money(amount, currency).amount
    except InvalidAmount as error:
        raise PartsDoNotFit(error.message) from error


def _keep(
    actor: Actor, line: KeptLine, parts: Sequence[Part], excess: Decimal, owner: UUID | None, reason: Reason,
    after: LineState, *, note: str = "",
) -> UUID:  # fmt: skip
    """Write a receipt with its parts and take its movement; LineTaken where another did."""
    if not execute(MOVE_LINE, firm=actor.firm_id, id=line.id, before=LineState.OPEN.value, after=after.value):
        raise LineTaken
    posted = after is LineState.MATCHED
    receipt = ReceiptRecord(
        id=new_id(), firm_id=actor.firm_id, line_id=line.id, reason=reason.value, excess=excess,
        excess_account_id=owner, excess_state=(ExcessState.OPEN if excess else ExcessState.NONE).value, note=note,
        state=(ReceiptState.POSTED if posted else ReceiptState.WAITING).value, made_by=actor.user_id,
        posted_at=clock.now() if posted else None,
    )  # fmt: skip
    session.add(receipt)
    session.flush()
    for number, part in enumerate(parts, start=1):
        session.add(
            ReceiptPartRecord(
                receipt_id=receipt.id,
                number=number,
                firm_id=actor.firm_id,
                kind=part.due.kind.value,
                due_id=part.due.id,
                account_id=part.due.account_id,
                vehicle_id=part.due.vehicle_id,
                reference=part.due.reference,
                amount=part.amount,
            )
        )
    session.flush()
    return receipt.id


@transactional
def post_receipt(actor: Actor, receipt_id: UUID, *, parts: Sequence[Sequence[str]]) -> None:
    """Book a receipt that was approved, in the transaction of the approval. ReceiptClosed where it does not wait, or
    its parts are not those that were approved; PartsDoNotFit where less is open by now."""
    take_turns("payments", str(actor.firm_id))
    receipt = get_receipt(actor, receipt_id)
    approved = [(UUID(due_id), Decimal(amount)) for due_id, amount in parts]
    if [(part.due_id, part.amount) for part in receipt.parts] != approved:
        raise ReceiptClosed
    _move(actor, receipt, ReceiptState.POSTED, LineState.MATCHED)
    dues = find_dues(actor, [part.due_id for part in receipt.parts])
    if any(part.due_id not in dues or dues[part.due_id].open < part.amount for part in receipt.parts):
        raise PartsDoNotFit("Less is open by now than this payment was matched to. Reject it; it is matched anew then.")
    book_receipt(actor, receipt)
    record_act(actor.user_id, "payments.post", f"receipt:{receipt_id}")


@transactional
def reject_receipt(actor: Actor, receipt_id: UUID) -> None:
    """Let a receipt that was not approved go: its payment is to be matched again."""
    _move(actor, get_receipt(actor, receipt_id), ReceiptState.REJECTED, LineState.OPEN)
    record_act(actor.user_id, "payments.reject", f"receipt:{receipt_id}")


def _move(actor: Actor, receipt: Receipt, after: ReceiptState, line: LineState) -> None:
    moved = execute(MOVE_RECEIPT, firm=actor.firm_id, id=receipt.id, after=after.value, now=clock.now())
    if not moved or not execute(
        MOVE_LINE, firm=actor.firm_id, id=receipt.line.id, before=LineState.WAITING.value, after=line.value
    ):
        raise ReceiptClosed
