"""Money that arrives for a call, and what takes it back: posted to the ledger on its value date."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.errors import CallClosed, NothingOwed
from portal.domain.investments.capital_calls.models import CallPayment
from portal.domain.investments.capital_calls.queries.shares import find_payment, get_share
from portal.domain.investments.capital_calls.values.shares import CallShare, Recorded, ShareState
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.platform import clock
from portal.platform.db import execute, fetch_all, session, transactional
from portal.platform.errors import Conflict, Invalid
from portal.platform.money import Money

LOCK = """
SELECT s.id FROM investments.call_shares s JOIN investments.capital_calls c ON c.id = s.call_id
WHERE s.firm_id = %(firm)s AND s.id = %(share)s FOR UPDATE OF c, s
"""
ADD = "UPDATE investments.call_shares SET paid = paid + %(amount)s WHERE firm_id = %(firm)s AND id = %(share)s"
SETTLE = """
UPDATE investments.capital_calls c SET state = 'settled'
WHERE c.firm_id = %(firm)s AND c.id = %(call)s AND c.state = 'issued' AND NOT EXISTS (
  SELECT FROM investments.call_shares s WHERE s.call_id = c.id AND s.paid < s.inside + s.outside)
"""
UNDO = """
UPDATE investments.call_payments SET undone_at = %(moment)s
WHERE firm_id = %(firm)s AND receipt_id = %(receipt)s AND undone_at IS NULL RETURNING share_id, amount
"""
REOPEN = """
UPDATE investments.capital_calls SET state = 'issued'
WHERE firm_id = %(firm)s AND state = 'settled' AND id IN (
  SELECT call_id FROM investments.call_shares WHERE firm_id = %(firm)s AND id = ANY(%(shares)s))
"""


@transactional
def record_payment(actor: Actor, share_id: UUID, *, amount: Decimal, value_on: date, receipt_id: UUID) -> Recorded:
    """Take `amount` of a receipt as payment of a share, posted as a contribution on its value date: in part, in full,
    on time or late. The same receipt again is answered as before; with another amount it is a Conflict. NothingOwed for
    more than is open, CallClosed for a call that was cancelled, Invalid for a day to come."""
    require(actor, Permission.PREPARE_MONEY)
    fetch_all(LOCK, firm=actor.firm_id, share=share_id)
    share = get_share(actor, share_id)
    before = find_payment(actor, share_id, receipt_id)
    if before is not None:
        if (before.amount, before.value_on) != (amount, value_on):
            raise Conflict("This receipt was recorded for the call with another amount or day. Take it back first.")
        return Recorded(before.id, amount, share.open)
    _check(share, amount, value_on)
    payment = CallPayment(
        firm_id=actor.firm_id,
        share_id=share_id,
        account_id=share.account_id,
        receipt_id=receipt_id,
        amount=amount,
        value_on=value_on,
        recorded_by=actor.user_id,
    )
    session.add(payment)
    session.flush()
    execute(ADD, firm=actor.firm_id, share=share_id, amount=amount)
    post_entries(actor, [_entry(share, amount, value_on, receipt_id)], batch_id=receipt_id)
    execute(SETTLE, firm=actor.firm_id, call=share.call_id)
    record_act(actor.user_id, "capital_call.pay", f"capital_call:{share.call_id}", share=str(share_id))
    return Recorded(payment.id, amount, share.open - amount)


def _check(share: CallShare, amount: Decimal, value_on: date) -> None:
    if share.state is ShareState.CANCELLED:
        raise CallClosed
    if Money(amount, share.currency).amount <= 0:
        raise Invalid(fields={"amount": "Enter what arrived, above zero."})
    if value_on > clock.today():
        raise Invalid(fields={"value_on": "Money arrives today at the latest."})
    if amount > share.open:
        raise NothingOwed


def _entry(share: CallShare, amount: Decimal, value_on: date, receipt_id: UUID) -> Entry:
    """The promise moved when the call was issued: paying it moves money alone."""
    return Entry(
        share.account_id,
        share.vehicle_id,
        EntryKind.CONTRIBUTION,
        value_on,
        amount,
        f"receipt:{receipt_id}:{share.id}",
        hashlib.sha256(f"{receipt_id}|{share.id}|{amount:f}|{value_on}".encode()).hexdigest(),
        f"Capital call {share.label}",
        unfunded_effect=Decimal(0),
    )


@transactional
def undo_receipt(actor: Actor, receipt_id: UUID) -> int:
    """Take back all that was recorded of a receipt, by reversal; how many payments. Conflict where there were none."""
    require(actor, Permission.PREPARE_MONEY)
    rows = fetch_all(UNDO, firm=actor.firm_id, receipt=receipt_id, moment=clock.now())
    if not rows:
        raise Conflict("Nothing of this receipt is recorded for a call any more.")
    for row in rows:
        execute(ADD, firm=actor.firm_id, share=row.share_id, amount=-row.amount)
    execute(REOPEN, firm=actor.firm_id, shares=[row.share_id for row in rows])
    reverse_batch(actor, receipt_id)
    record_act(actor.user_id, "capital_call.undo_payment", f"batch:{receipt_id}", payments=len(rows))
    return len(rows)
