"""Calls paid by what a distribution would pay out: recorded when it is approved, in the books on its day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.capital_calls.errors import CallClosed, NothingOwed
from portal.domain.investments.capital_calls.queries.nettings import list_netted
from portal.domain.investments.capital_calls.services.payments import REOPEN, SETTLE
from portal.domain.investments.capital_calls.values.calls import call_label, subject_of
from portal.domain.investments.capital_calls.values.shares import NettedPart
from portal.domain.investments.ledger.services import post_entries, reverse_batch
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.platform import clock
from portal.platform.db import execute, fetch_all, fetch_value, transactional
from portal.platform.ids import new_id

LOCK = """
SELECT id FROM investments.capital_calls
WHERE firm_id = %(firm)s AND id = %(call)s AND state = 'issued' FOR UPDATE
"""
LOCK_SHARES = """
SELECT id FROM investments.call_shares WHERE firm_id = %(firm)s AND call_id = %(call)s ORDER BY id FOR UPDATE
"""
PAY = """
WITH given AS (
  SELECT s.id, s.account_id, g.amount FROM unnest(%(accounts)s::uuid[], %(amounts)s::numeric[]) AS g (account, amount)
  JOIN investments.call_shares s ON s.call_id = %(call)s AND s.account_id = g.account AND s.standing
    AND s.inside + s.outside - s.paid >= g.amount
  WHERE s.firm_id = %(firm)s
), kept AS (
  INSERT INTO investments.call_payments (id, firm_id, share_id, account_id, receipt_id, distribution_id, amount,
    value_on, recorded_by)
  SELECT gen_random_uuid(), %(firm)s, id, account_id, %(receipt)s, %(distribution)s, amount, %(on)s, %(actor)s
  FROM given
)
UPDATE investments.call_shares s SET paid = s.paid + given.amount FROM given WHERE s.id = given.id
"""
TAKE_BACK = """
WITH undone AS (
  UPDATE investments.call_payments SET undone_at = %(moment)s
  WHERE firm_id = %(firm)s AND distribution_id = %(distribution)s AND undone_at IS NULL RETURNING share_id, amount
)
UPDATE investments.call_shares s SET paid = s.paid - undone.amount FROM undone WHERE s.id = undone.share_id
RETURNING s.id
"""


@transactional
def net_call(
    actor: Actor, call_id: UUID, netted: Mapping[UUID, Decimal], *, distribution_id: UUID, value_on: date
) -> None:
    """Take what a distribution nets, by account, as payment of a call on the distribution's day, in the transaction of
    its approval: nobody is asked for it any more. NothingOwed where less is open, CallClosed where the call is not
    issued."""
    if fetch_value(LOCK, firm=actor.firm_id, call=call_id) is None:
        raise CallClosed
    fetch_all(LOCK_SHARES, firm=actor.firm_id, call=call_id)
    paid = execute(
        PAY, firm=actor.firm_id, call=call_id, accounts=list(netted), amounts=list(netted.values()), receipt=new_id(),
        distribution=distribution_id, on=value_on, actor=actor.user_id,
    )  # fmt: skip
    if paid != len(netted):
        raise NothingOwed
    execute(SETTLE, firm=actor.firm_id, call=call_id)
    record_act(actor.user_id, "capital_call.net", subject_of(call_id), accounts=paid)


@transactional
def post_netting(actor: Actor, distribution_id: UUID) -> int:
    """Put what a distribution netted into the books as contributions on its day, in the transaction of its own posting;
    how many accounts."""
    parts = list_netted(actor, distribution_id)
    if parts:
        post_entries(actor, [_entry(part) for part in parts], batch_id=parts[0].receipt_id)
        record_act(actor.user_id, "capital_call.post_netting", subject_of(parts[0].call_id), accounts=len(parts))
    return len(parts)


def _entry(part: NettedPart) -> Entry:
    """As of money that arrived: the promise moved when the call was issued."""
    content = f"{part.receipt_id}|{part.share_id}|{part.amount:f}|{part.value_on}"
    return Entry(
        part.account_id,
        part.vehicle_id,
        EntryKind.CONTRIBUTION,
        part.value_on,
        part.amount,
        f"receipt:{part.receipt_id}:{part.share_id}",
        hashlib.sha256(content.encode()).hexdigest(),
        f"Capital call {call_label(part.call)}, netted",
        unfunded_effect=Decimal(0),
    )


@transactional
def take_netting_back(actor: Actor, distribution_id: UUID) -> int:
    """Let a call be open again by what a distribution netted, in the books too where that was posted; how many
    accounts."""
    parts = list_netted(actor, distribution_id)
    if not parts:
        return 0
    call_id = parts[0].call_id
    fetch_all(LOCK_SHARES, firm=actor.firm_id, call=call_id)
    rows = fetch_all(TAKE_BACK, firm=actor.firm_id, distribution=distribution_id, moment=clock.now())
    execute(REOPEN, firm=actor.firm_id, shares=[row.id for row in rows])
    if parts[0].posted:
        reverse_batch(actor, parts[0].receipt_id)
    record_act(actor.user_id, "capital_call.undo_netting", subject_of(call_id), accounts=len(rows))
    return len(rows)
