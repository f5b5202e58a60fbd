"""Reading which calls a subscription line had advanced, and what that means for payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.credit_lines.values import AdvancedPayment, CallFinancing
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.platform import db

CALLS = """
SELECT c.id, c.vehicle_id, v.name AS vehicle, c.currency, c.number, COALESCE(lines.amount, 0) AS amount, c.issued_on,
  c.due_on, d.drawn_on, COALESCE(u.name, '') AS recorded_by
FROM investments.capital_calls c
JOIN investments.vehicles v ON v.id = c.vehicle_id
LEFT JOIN investments.line_draws d ON d.call_id = c.id
LEFT JOIN identity.users u ON u.id = d.recorded_by
LEFT JOIN LATERAL (
  SELECT sum(l.amount) AS amount FROM investments.call_lines l WHERE l.call_id = c.id
) lines ON true
WHERE c.firm_id = %(firm)s AND c.state IN ('issued', 'settled') AND (c.issued_on, c.id) < (%(on)s, %(id)s)
ORDER BY c.issued_on DESC, c.id DESC LIMIT %(most)s
"""
ADVANCED = """
SELECT h.id AS holding_id, p.value_on, d.drawn_on, sum(p.amount) AS amount
FROM investments.holdings h
JOIN investments.line_draws d ON d.vehicle_id = h.vehicle_id
JOIN investments.call_shares s ON s.call_id = d.call_id AND s.account_id = h.account_id
JOIN investments.call_payments p ON p.share_id = s.id
WHERE {visible} AND h.id = ANY(%(ids)s) AND p.undone_at IS NULL AND d.drawn_on < p.value_on
  AND (%(known)s::timestamptz IS NULL OR p.recorded_at <= %(known)s)
GROUP BY h.id, p.value_on, d.drawn_on ORDER BY d.drawn_on
"""


def list_call_financings(actor: Actor, *, before: tuple[date, UUID], most: int) -> list[CallFinancing]:
    """The firm's issued calls, the latest first, those before the (day of issue, id) pair, each with the day on which
    a line had advanced it."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    rows = db.fetch_all(CALLS, firm=actor.firm_id, on=before[0], id=before[1], most=most)
    return [CallFinancing(*row) for row in rows]


def list_advanced_payments(
    actor: Actor, holding_ids: Sequence[UUID], *, known_on: datetime | None = None
) -> list[AdvancedPayment]:
    """What these holdings of the actor's paid after a line had advanced it, by holding and day. One statement."""
    statement = ADVANCED.format(visible=visible_holdings(actor))
    rows = db.fetch_all(statement, firm=actor.firm_id, ids=list(holding_ids), known=known_on)
    return [AdvancedPayment(*row) for row in rows]
