"""Receipts in the books: money that arrived, interest on what came late, and what takes both back."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import REFUND_UNDOING
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.queries.shares import get_share
from portal.domain.investments.capital_calls.services.payments import record_payment, undo_receipt
from portal.domain.investments.distributions.services.receiving import receive_payback
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.domain.investments.payments.errors import PartsDoNotFit, ReceiptClosed
from portal.domain.investments.payments.models import LateInterestRecord, ReceiptPartRecord
from portal.domain.investments.payments.policies import can_take_back
from portal.domain.investments.payments.queries.late_interests import get_late_interest, list_of_receipt
from portal.domain.investments.payments.queries.receipts import get_receipt, list_receipt_recipients
from portal.domain.investments.payments.rules.late import late_interest
from portal.domain.investments.payments.values.matching import DueKind
from portal.domain.investments.payments.values.receipts import (
    ExcessState,
    LateState,
    Receipt,
    ReceiptPart,
    ReceiptState,
)
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.db import execute, session, take_turns, transactional
from portal.platform.errors import Forbidden, Invalid
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue, enqueue_many

PAY_LATE = """
UPDATE investments.late_interests SET paid = paid + %(amount)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'asked' AND paid + %(amount)s BETWEEN 0 AND amount
"""
VOID_LATE = """
UPDATE investments.late_interests SET state = 'void' WHERE firm_id = %(firm)s AND receipt_id = %(receipt)s
"""
WAIVE = """
UPDATE investments.late_interests SET state = 'waived', note = %(note)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'asked' AND paid < amount
"""
UNDO = """
UPDATE investments.receipts SET state = 'undone', undone_by = %(actor)s, undone_at = %(now)s, note = %(note)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'posted'
"""
REOPEN = "UPDATE investments.bank_lines SET state = 'open' WHERE firm_id = %(firm)s AND id = %(id)s"
SETTLE = """
UPDATE investments.receipts SET excess_state = %(state)s
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'posted' AND excess_state = 'open'
"""
UNSETTLE = """
UPDATE investments.receipts SET excess_state = 'open'
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'posted' AND excess_state = 'refunded'
"""


@transactional
def book_receipt(actor: Actor, receipt: Receipt) -> None:
    """Put a receipt into the books: each part pays its due on the payment's value date; of a share paid late the
    vehicle's interest is asked for. The people of each account are told."""
    for part in receipt.parts:
        _book_part(actor, receipt, part)
    receipt_id = str(receipt.id)
    people = list_receipt_recipients(actor, receipt.id)
    enqueue_many(
        "payments.announce_receipt",
        [({"receipt_id": receipt_id, "user_id": str(each)}, f"{receipt_id}:{each}") for each in people],
    )
    _print(receipt.id, "posted")


def _book_part(actor: Actor, receipt: Receipt, part: ReceiptPart) -> None:
    if part.kind is DueKind.LATE_INTEREST:
        _pay_late_interest(actor, receipt, part)
    elif part.kind is DueKind.PAYBACK:
        receive_payback(actor, part.due_id, amount=part.amount)
    else:
        value_on = receipt.line.value_on
        record_payment(actor, part.due_id, amount=part.amount, value_on=value_on, receipt_id=receipt.id)
        _ask_for_interest(actor, receipt, part)


def _print(receipt_id: UUID, why: str) -> None:
    """Have the accounts' papers of a receipt printed as it stands now."""
    enqueue("payments.print_receipt", once=f"{receipt_id}:{why}", receipt_id=str(receipt_id))


def _pay_late_interest(actor: Actor, receipt: Receipt, part: ReceiptPart) -> None:
    """Interest is paid in beside the commitment: it moves money, and nothing that was promised or called."""
    if not execute(PAY_LATE, firm=actor.firm_id, id=part.due_id, amount=part.amount):
        raise PartsDoNotFit("The interest is paid or waived by now. Look at what is open again.")
    value_on = receipt.line.value_on
    digest = hashlib.sha256(f"{receipt.id}|{part.due_id}|{part.amount:f}|{value_on}".encode()).hexdigest()
    entry = Entry(
        part.account_id, part.vehicle_id, EntryKind.CONTRIBUTION, value_on, part.amount,
        f"receipt:{receipt.id}:{part.due_id}", digest, f"Interest on a late payment {part.reference}",
        unfunded_effect=Decimal(0), settles=False,
    )  # fmt: skip
    post_entries(actor, [entry], batch_id=receipt.id)


def _ask_for_interest(actor: Actor, receipt: Receipt, part: ReceiptPart) -> None:
    """Ask for interest on a part that came after its due date, where the vehicle's terms say so."""
    share, terms = get_share(actor, part.due_id), get_vehicle(actor, part.vehicle_id).terms
    paid_on = receipt.line.value_on
    owed = late_interest(
        part.amount, currency=share.currency, rate=terms.late_interest, due_on=share.due_on, paid_on=paid_on,
        day_count=terms.day_count,
    )  # fmt: skip
    if owed is None:
        return
    record = LateInterestRecord(
        id=new_id(), firm_id=actor.firm_id, account_id=part.account_id, vehicle_id=part.vehicle_id,
        share_id=share.id, receipt_id=receipt.id, reference=f"L-{share.reference}", principal=owed.principal,
        rate=owed.rate, days=owed.days, year=owed.year, due_on=share.due_on, paid_on=paid_on, currency=share.currency,
        amount=owed.amount, state=LateState.ASKED.value,
    )  # fmt: skip
    session.add(record)
    session.flush()


@transactional
def undo_posted_receipt(actor: Actor, receipt_id: UUID, *, reason: str) -> None:
    """Take a booked receipt back by reversal; its payment is to be matched again. Whoever approves money and did not
    make it may. ReceiptClosed; Conflict while interest that was asked for because of it is paid, or the excess
    was refunded."""
    require(actor, Permission.APPROVE_MONEY)
    take_turns("payments", str(actor.firm_id))
    receipt = get_receipt(actor, receipt_id)
    if not reason.strip():
        raise Invalid(fields={"reason": "Say why the receipt is taken back."})
    if receipt.state is not ReceiptState.POSTED or receipt.excess_state is ExcessState.REFUNDED:
        raise ReceiptClosed
    if not can_take_back(actor, receipt):
        raise Forbidden
    if any(late.paid for late in list_of_receipt(actor, receipt_id)):
        raise ReceiptClosed("Interest on this late payment is paid. Take the receipt of that back first.")
    _reverse(actor, receipt)
    given = {"firm": actor.firm_id, "id": receipt_id, "actor": actor.user_id}
    execute(UNDO, **given, now=clock.now(), note=reason.strip())
    execute(REOPEN, firm=actor.firm_id, id=receipt.line.id)
    _print(receipt_id, "undone")
    record_act(actor.user_id, "payments.undo", f"receipt:{receipt_id}")


def _reverse(actor: Actor, receipt: Receipt) -> None:
    """Reverse all entries of a receipt at once: calls and interest were posted as one batch, and nothing for carry that
    was paid back."""
    for part in receipt.parts:
        if part.kind is DueKind.LATE_INTEREST:
            execute(PAY_LATE, firm=actor.firm_id, id=part.due_id, amount=-part.amount)
        elif part.kind is DueKind.PAYBACK:
            receive_payback(actor, part.due_id, amount=-part.amount)
    execute(VOID_LATE, firm=actor.firm_id, receipt=receipt.id)
    kinds = {part.kind for part in receipt.parts}
    if DueKind.CALL in kinds:
        undo_receipt(actor, receipt.id)
    elif DueKind.LATE_INTEREST in kinds:
        reverse_batch(actor, receipt.id)


@transactional
def refund_excess(actor: Actor, receipt_id: UUID) -> None:
    """Note that what was paid too much was paid back. ReceiptClosed where it was, or was used."""
    _settle(actor, receipt_id, ExcessState.REFUNDED)


@transactional
def request_refund_undoing(actor: Actor, receipt_id: UUID, *, reason: str) -> UUID:
    """Ask somebody else to take the note of a refund back, since the money was not paid out or has come back; it
    stands until they do. The request's id. Invalid without a reason, ReceiptClosed where nothing is refunded."""
    require(actor, Permission.PREPARE_MONEY)
    if not reason.strip():
        raise Invalid(fields={"reason": "Say why: it stays in the record."})
    receipt = get_receipt(actor, receipt_id)
    if receipt.state is not ReceiptState.POSTED or receipt.excess_state is not ExcessState.REFUNDED:
        raise ReceiptClosed
    content = {
        "excess": f"{receipt.excess:f}",
        "currency": receipt.line.currency,
        "account": str(receipt.excess_account_id),
    }
    record_act(actor.user_id, "payments.ask_undo_refund", f"receipt:{receipt_id}")
    subject = f"receipt:{receipt_id}"
    return request_approval(actor, REFUND_UNDOING, subject=subject, content=content, reason=reason.strip())


@transactional
def undo_refund(actor: Actor, receipt_id: UUID) -> None:
    """Let what was paid too much be there to settle again, in the transaction of the approval. The refund moved nothing
    in the ledger, as the excess never did, so that there is nothing to reverse in it. ReceiptClosed."""
    if not execute(UNSETTLE, firm=actor.firm_id, id=receipt_id):
        raise ReceiptClosed
    record_act(actor.user_id, "payments.undo_refund", f"receipt:{receipt_id}")


@transactional
def use_excess(actor: Actor, receipt_id: UUID, share_id: UUID) -> None:
    """Take what was paid too much as payment of a share of a call of the same account, as of today. Whoever approves
    money and did not make the receipt may. PartsDoNotFit where less is open there, ReceiptClosed."""
    receipt, share = get_receipt(actor, receipt_id), get_share(actor, share_id)
    if not can_take_back(actor, receipt):
        raise Forbidden
    if share.account_id != receipt.excess_account_id or share.currency != receipt.line.currency:
        raise PartsDoNotFit("This notice is of another account, or in another currency.")
    if share.open < receipt.excess or any(part.due_id == share_id for part in receipt.parts):
        raise PartsDoNotFit(
            f"Of {share.reference} {share.open:f} {share.currency} is open, less than was paid too much."
        )
    _settle(actor, receipt_id, ExcessState.USED)
    record_payment(actor, share_id, amount=receipt.excess, value_on=clock.today(), receipt_id=receipt_id)
    session.add(
        ReceiptPartRecord(
            receipt_id=receipt_id,
            number=len(receipt.parts) + 1,
            firm_id=actor.firm_id,
            kind=DueKind.CALL.value,
            due_id=share_id,
            account_id=share.account_id,
            vehicle_id=share.vehicle_id,
            reference=share.reference,
            amount=receipt.excess,
        )
    )
    session.flush()
    _print(receipt_id, "used")


def _settle(actor: Actor, receipt_id: UUID, state: ExcessState) -> None:
    require(actor, Permission.APPROVE_MONEY)
    if not execute(SETTLE, firm=actor.firm_id, id=receipt_id, state=state.value):
        raise ReceiptClosed
    record_act(actor.user_id, "payments.settle_excess", f"receipt:{receipt_id}", state=state.value)


@transactional
def waive_interest(actor: Actor, late_id: UUID, *, note: str) -> None:
    """Give up what is still owed of interest on a late payment, for a reason. ReceiptClosed where nothing is."""
    require(actor, Permission.APPROVE_MONEY)
    get_late_interest(actor, late_id)
    if not note.strip():
        raise Invalid(fields={"note": "Say why it is waived."})
    if not execute(WAIVE, firm=actor.firm_id, id=late_id, note=note.strip()):
        raise ReceiptClosed
    record_act(actor.user_id, "payments.waive", f"late_interest:{late_id}")
