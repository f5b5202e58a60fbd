"""Reading distributions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.queries.visibility import visible_distributions, visible_shares
from portal.domain.investments.distributions.rules.freezing import thaw_fall, thaw_lines
from portal.domain.investments.distributions.values.distributions import (
    Distribution,
    DistributionState,
    MyDistribution,
)
from portal.domain.investments.distributions.values.plans import Method
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT d.id, d.vehicle_id, v.name AS vehicle, d.number, d.state, d.method, d.pay_on, d.currency, d.lines, d.note,
  d.falls, d.gross, d.carry, d.escrow, d.withheld, d.net, d.nets_call_id, c.number AS nets_call, d.netted, d.digest,
  d.created_by, d.created_at, d.approved_at, d.posted_at, d.reversed_at, d.reversal_reason
FROM investments.distributions d JOIN investments.vehicles v ON v.id = d.vehicle_id
LEFT JOIN investments.capital_calls c ON c.id = d.nets_call_id WHERE {visible}
"""
# What comes to the accounts that the reader sees; a draft has no shares yet, and shows what its lines come to.
LINES = """
SELECT d.id, d.vehicle_id, v.name AS vehicle, d.number, d.state, d.pay_on, d.currency,
  COALESCE(mine.gross, (SELECT sum((line ->> 'amount')::numeric) FROM jsonb_array_elements(d.lines) line)) AS gross,
  COALESCE(mine.withheld, 0) AS withheld, COALESCE(mine.net, 0) AS net, COALESCE(mine.accounts, 0) AS accounts
FROM investments.distributions d JOIN investments.vehicles v ON v.id = d.vehicle_id
LEFT JOIN LATERAL (
  SELECT sum(s.gross) AS gross, sum(s.withheld) AS withheld, sum(s.net) AS net, count(*) AS accounts
  FROM investments.distribution_shares s WHERE s.distribution_id = d.id AND {shares}
) mine ON true
WHERE {visible} AND d.state <> 'cancelled'
"""
LAST = """
SELECT max(d.pay_on) FROM investments.distributions d
WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s AND d.state IN ('approved', 'posted')
  AND d.method <> 'release'
"""
PAID_BACK = """
SELECT EXISTS (SELECT FROM investments.distributions d JOIN investments.distributions own ON own.id = %(id)s
  WHERE d.firm_id = %(firm)s AND d.vehicle_id = own.vehicle_id AND d.method = 'clawback' AND d.id <> own.id
    AND d.state IN ('approved', 'posted') AND d.approved_at > own.approved_at
    AND own.method <> 'release')
"""
NUMBER = """
SELECT COALESCE(max(d.number), 0) + 1 FROM investments.distributions d
WHERE d.firm_id = %(firm)s AND d.vehicle_id = %(vehicle)s
"""


def _distribution(row: db.AnyRow) -> Distribution:
    given = {name: getattr(row, name) for name in row._fields}
    given |= {
        "state": DistributionState(row.state),
        "method": Method(row.method),
        "lines": thaw_lines(row.lines),
        "falls": tuple(thaw_fall(each) for each in row.falls),
    }
    return Distribution(**given)


def list_distributions(
    actor: Actor,
    *,
    vehicle_id: UUID | None = None,
    account_id: UUID | None = None,
    before: tuple[date, UUID] | None = None,
    most: int,
) -> Sequence[MyDistribution]:
    """Distributions that the actor may see, the latest first, those before the (day, id) given; of one vehicle, or
    those that pay one account."""
    statement = LINES.format(visible=visible_distributions(actor), shares=visible_shares(actor))
    given: dict[str, object] = {"firm": actor.firm_id, "most": most}
    if vehicle_id is not None:
        statement, given["vehicle"] = statement + " AND d.vehicle_id = %(vehicle)s", vehicle_id
    if account_id is not None:
        of_account = "SELECT FROM investments.distribution_shares o WHERE o.distribution_id = d.id"
        statement += f" AND EXISTS ({of_account} AND o.account_id = %(account)s)"
        given["account"] = account_id
    if before is not None:
        statement += " AND (d.pay_on, d.id) < (%(before_on)s, %(before_id)s)"
        given |= {"before_on": before[0], "before_id": before[1]}
    rows = db.fetch_all(statement + " ORDER BY d.pay_on DESC, d.id DESC LIMIT %(most)s", **given)
    return [
        MyDistribution(
            row.id, row.vehicle_id, row.vehicle, row.number, DistributionState(row.state), row.pay_on, row.currency,
            row.gross, row.withheld, row.net, row.accounts,
        )
        for row in rows
    ]  # fmt: skip


def get_distribution(actor: Actor, distribution_id: UUID) -> Distribution:
    """One distribution that the actor may see; NotFound otherwise."""
    statement = SELECT.format(visible=visible_distributions(actor)) + " AND d.id = %(id)s"
    row = db.fetch_one(statement, firm=actor.firm_id, id=distribution_id)
    if row is None:
        raise NotFound
    return _distribution(row)


def find_distribution_names(actor: Actor, distribution_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What those of the distributions that the actor may see are called."""
    statement = SELECT.format(visible=visible_distributions(actor)) + " AND d.id = ANY(%(ids)s)"
    rows = db.fetch_all(statement, firm=actor.firm_id, ids=list(distribution_ids))
    return {row.id: f"{row.vehicle}: distribution {row.number}" for row in rows}


def find_last_day(actor: Actor, vehicle_id: UUID) -> date | None:
    """The day of the vehicle's latest distribution that is approved or in the books; letting carry go moves no tier and
    does not count."""
    found: date | None = db.fetch_value(LAST, firm=actor.firm_id, vehicle=vehicle_id)
    return found


def exists_later_payback(actor: Actor, distribution_id: UUID) -> bool:
    """Whether a payback that stands was worked out from what this distribution gave through the tiers."""
    found: bool = db.fetch_value(PAID_BACK, firm=actor.firm_id, id=distribution_id)
    return found


def get_next_number(actor: Actor, vehicle_id: UUID) -> int:
    """The number of the vehicle's next distribution, inside the operation that holds the vehicle."""
    number: int = db.fetch_value(NUMBER, firm=actor.firm_id, vehicle=vehicle_id)
    return number
