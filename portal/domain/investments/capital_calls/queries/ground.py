"""What a call is computed from: who committed, what each has unfunded, what rounding left over before."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.values.allocating import LineKind, Participant
from portal.platform import db

PARTICIPANTS = """
SELECT h.account_id, a.name, a.number, h.commitment, h.unfunded, h.paid_in, h.distributed,
  row_number() OVER (ORDER BY h.first_on, h.created_at, h.id) AS rank
FROM investments.holdings h JOIN people.investor_accounts a ON a.id = h.account_id
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s AND h.commitment > 0
ORDER BY rank
"""
LEFT_OVER = """
SELECT DISTINCT ON (l.account_id, l.kind) l.account_id, l.kind, l.carried
FROM investments.call_shares s JOIN investments.call_share_lines l ON l.share_id = s.id
WHERE s.firm_id = %(firm)s AND s.vehicle_id = %(vehicle)s AND s.standing
ORDER BY l.account_id, l.kind, s.issued_at DESC, s.id DESC, l.place DESC
"""


def list_participants(actor: Actor, vehicle_id: UUID) -> list[Participant]:
    """The accounts that committed to a vehicle, in the order of admission, in the tenancy of staff or of the system."""
    asked = {"firm": actor.firm_id, "vehicle": vehicle_id}
    left_over: defaultdict[UUID, dict[LineKind, Decimal]] = defaultdict(dict)
    for row in db.fetch_all(LEFT_OVER, **asked):
        left_over[row.account_id][LineKind(row.kind)] = row.carried
    return [
        Participant(
            row.account_id,
            row.name,
            row.number or "",
            row.rank,
            row.commitment,
            row.unfunded,
            left_over[row.account_id],
            row.paid_in,
            row.distributed,
        )
        for row in db.fetch_all(PARTICIPANTS, **asked)
    ]
