"""What a late close is computed from: what each earlier call took of whom, and who was not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.capital_calls.rules.equalising import Admission, EarlierCall, equalise
from portal.domain.investments.capital_calls.values.allocating import Equalised, Participant
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform import db
from portal.platform.money import minor_places

# What a call took of an account inside its commitment, with what earlier late closes changed of it.
EARLIER = """
SELECT call_id, due_on, account_id, excused, sum(amount) AS amount FROM (
  SELECT s.call_id, c.due_on, s.account_id, s.excused IS NOT NULL AS excused, s.inside AS amount
  FROM investments.call_shares s JOIN investments.capital_calls c ON c.id = s.call_id
  WHERE s.firm_id = %(firm)s AND s.vehicle_id = %(vehicle)s AND s.standing AND c.admitted_on IS NULL
  UNION ALL
  SELECT e.call_id, c.due_on, e.account_id, false, e.principal
  FROM investments.call_equalisations e JOIN investments.capital_calls c ON c.id = e.call_id
  JOIN investments.capital_calls l ON l.id = e.late_call_id AND l.state IN ('issued', 'settled')
  WHERE e.firm_id = %(firm)s AND c.vehicle_id = %(vehicle)s
) parts GROUP BY call_id, due_on, account_id, excused ORDER BY due_on, call_id
"""


def list_equalised(
    actor: Actor, vehicle: Vehicle, participants: Sequence[Participant], admitted_on: date
) -> list[Equalised]:
    """What a late close on a day changes for each account of each earlier call; who was in, or excused from, the first
    call came first. LateCloseInvalid where nobody came late or nothing was called."""
    calls: dict[UUID, tuple[date, dict[UUID, Decimal]]] = {}
    there: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in db.fetch_all(EARLIER, firm=actor.firm_id, vehicle=vehicle.id):
        there[row.call_id].add(row.account_id)
        amounts = calls.setdefault(row.call_id, (row.due_on, {}))[1]
        if not row.excused:
            amounts[row.account_id] = row.amount
    first = next(iter(there.values()), set())
    return equalise(
        [EarlierCall(call_id, due_on, amounts) for call_id, (due_on, amounts) in calls.items()],
        [Admission(each.account_id, each.rank, each.commitment, each.account_id not in first) for each in participants],
        rate=vehicle.terms.late_interest,
        admitted_on=admitted_on,
        day_count=vehicle.terms.day_count,
        places=minor_places(vehicle.currency),
    )
