"""Reading the interest that is asked for on late payments."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.values.receipts import LateDue, LateState
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT l.id, l.account_id, a.name AS account, l.vehicle_id, v.name AS vehicle, l.reference, l.principal, l.rate, l.days,
  l.year, l.due_on, l.paid_on, l.currency, l.amount, l.paid, l.state, l.note
FROM investments.late_interests l
JOIN people.investor_accounts a ON a.id = l.account_id
JOIN investments.vehicles v ON v.id = l.vehicle_id
WHERE l.firm_id = %(firm)s
"""
OPEN = " AND l.state = 'asked' AND l.paid < l.amount"


def _late(row: db.AnyRow) -> LateDue:
    return LateDue(
        row.id, row.account_id, row.account, row.vehicle_id, row.vehicle, row.reference, row.principal, row.rate,
        row.days, row.year, row.due_on, row.paid_on, row.currency, row.amount, row.paid, LateState(row.state), row.note,
    )  # fmt: skip


def list_late_interests(actor: Actor, *, open_only: bool = False) -> Sequence[LateDue]:
    """The firm's, the latest payment first; of those that are still owed only, if asked."""
    statement = SELECT + (OPEN if open_only else "") + " ORDER BY l.paid_on DESC, l.id"
    return [_late(row) for row in db.fetch_all(statement, firm=actor.firm_id)]


def list_of_receipt(actor: Actor, receipt_id: UUID) -> Sequence[LateDue]:
    """The interest that was asked for because of one payment."""
    rows = db.fetch_all(f"{SELECT} AND l.receipt_id = %(receipt)s", firm=actor.firm_id, receipt=receipt_id)
    return [_late(row) for row in rows]


def get_late_interest(actor: Actor, late_id: UUID) -> LateDue:
    """One of the firm; NotFound."""
    row = db.fetch_one(f"{SELECT} AND l.id = %(id)s", firm=actor.firm_id, id=late_id)
    if row is None:
        raise NotFound
    return _late(row)
