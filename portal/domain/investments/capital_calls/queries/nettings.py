"""Reading what distributions paid of calls."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.values.shares import NettedPart
from portal.platform import db

PARTS = """
SELECT p.share_id, s.call_id, c.number AS call, p.account_id, s.vehicle_id, p.receipt_id, p.amount, p.value_on,
  EXISTS (SELECT FROM investments.journals j WHERE j.batch_id = p.receipt_id) AS posted
FROM investments.call_payments p JOIN investments.call_shares s ON s.id = p.share_id
JOIN investments.capital_calls c ON c.id = s.call_id
WHERE p.firm_id = %(firm)s AND p.distribution_id = %(distribution)s AND p.undone_at IS NULL ORDER BY p.account_id
"""
NETTED_BY = """
SELECT d.number FROM investments.distributions d
WHERE d.firm_id = %(firm)s AND d.nets_call_id = %(call)s AND d.state IN ('approved', 'posted') AND d.netted > 0
ORDER BY d.number LIMIT 1
"""


def list_netted(actor: Actor, distribution_id: UUID) -> list[NettedPart]:
    """What a distribution pays of a call, account by account, in the firm's tenancy."""
    rows = db.fetch_all(PARTS, firm=actor.firm_id, distribution=distribution_id)
    return [NettedPart(*row) for row in rows]


def find_netting(actor: Actor, call_id: UUID) -> int | None:
    """The number of the first distribution that is netted against a call and stands, or None, for staff."""
    found: int | None = db.fetch_value(NETTED_BY, firm=actor.firm_id, call=call_id)
    return found
