"""The fund beside the accounts of a run: made of the whole vehicle's ledger, and held against what the accounts say."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.ledger.values import Bucket, EntryKind
from portal.domain.investments.statements.queries.accruals import get_vehicle_accrued
from portal.domain.investments.statements.rules.funds import find_fund_problems
from portal.domain.investments.statements.rules.lines import BucketSums, Sums
from portal.domain.investments.statements.rules.snapshots import read_sides
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.runs import TieOut
from portal.domain.investments.statements.values.snapshots import FundSides
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform import db

SUMS = """
SELECT h.account_id IS NOT DISTINCT FROM v.carry_account_id AS partner, j.kind, p.bucket,
  COALESCE(sum(p.amount) FILTER (WHERE p.effective_on >= %(starts)s), 0) AS period,
  COALESCE(sum(p.amount) FILTER (WHERE p.effective_on >= %(year)s), 0) AS year,
  sum(p.amount) AS inception, min(p.effective_on) AS first_on
FROM investments.vehicles v JOIN investments.holdings h ON h.vehicle_id = v.id
JOIN investments.postings p ON p.holding_id = h.id
JOIN investments.journals j ON j.id = p.journal_id
WHERE v.firm_id = %(firm)s AND v.id = %(vehicle)s AND p.effective_on <= %(ends)s
GROUP BY 1, j.kind, p.bucket
"""
# How many journals a vehicle has up to a day: any that came since makes it more.
JOURNALS = """
SELECT count(*) FROM investments.holdings h JOIN investments.journals j ON j.holding_id = h.id
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s AND j.effective_on <= %(ends)s
"""
RUN = """
SELECT r.vehicle_id, r.frequency, r.ends_on, r.fund, r.fund_journals, v.currency
FROM investments.statement_runs r JOIN investments.vehicles v ON v.id = r.vehicle_id
WHERE r.firm_id = %(firm)s AND r.id = %(run)s
"""
PREVIOUS = """
SELECT r.fund, r.frequency, r.ends_on, s.number FROM investments.statement_runs r
JOIN LATERAL (
  SELECT s.number FROM investments.statements s WHERE s.run_id = r.id AND s.published_at IS NOT NULL LIMIT 1) s ON true
WHERE r.firm_id = %(firm)s AND r.vehicle_id = %(vehicle)s AND r.ends_on < %(starts)s AND r.published_at IS NOT NULL
ORDER BY r.ends_on DESC, r.published_at DESC LIMIT 1
"""
# Of every statement of the run whose figures are known, those that stay behind or stand as they are too.
TOTALS = """
SELECT line ->> 'code' AS code, sum((line ->> 'period')::numeric) AS period, sum((line ->> 'year')::numeric) AS year,
  sum((line ->> 'inception')::numeric) AS inception
FROM investments.statements s, LATERAL jsonb_array_elements((s.snapshot -> 'account_lines')
  || (s.snapshot -> 'commitment_lines')) line
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.state <> 'cancelled' AND s.snapshot IS NOT NULL
GROUP BY 1
"""


class VehicleSums(NamedTuple):
    """What the ledger and the valuations say of a vehicle: of all holdings together, and of the general partner's, None
    where the vehicle's terms name none. `journals` is how many they were read from."""

    fund: Sums
    partner: Sums | None
    journals: int


def get_vehicle_sums(actor: Actor, vehicle: Vehicle, period: Period) -> VehicleSums:
    """The sums of a vehicle in the columns of a period's statements."""
    given = {"firm": actor.firm_id, "vehicle": vehicle.id, "ends": period.ends_on}
    rows = db.fetch_all(SUMS, **given, starts=period.starts_on, year=period.year_starts_on)
    sums: list[tuple[bool, BucketSums]] = [
        (partner, BucketSums(EntryKind(kind), Bucket(bucket), *rest)) for partner, kind, bucket, *rest in rows
    ]
    carry = vehicle.terms.carry_account_id
    accrued, its_own = get_vehicle_accrued(actor, vehicle.id, carry, period)
    partner = None if carry is None else Sums([each for partners, each in sums if partners], its_own)
    return VehicleSums(Sums([each for _, each in sums], accrued), partner, db.fetch_value(JOURNALS, **given))


def find_fund(actor: Actor, run_id: UUID) -> FundSides | None:
    """The fund's columns of a run; None for one started before there were any."""
    row = db.fetch_one(RUN, firm=actor.firm_id, run=run_id)
    return None if row is None or row.fund is None else read_sides(row.fund)


def exists_later_journal(actor: Actor, run_id: UUID) -> bool:
    """Whether the ledger of the vehicle was changed, in the days that its statements are of, since the fund's columns
    of the run were made; so it is where there are none."""
    row = db.fetch_one(RUN, firm=actor.firm_id, run=run_id)
    assert row is not None  # asked of a run that was read before
    now = db.fetch_value(JOURNALS, firm=actor.firm_id, vehicle=row.vehicle_id, ends=row.ends_on)
    return bool(now != row.fund_journals)


def get_tie_out(actor: Actor, run_id: UUID) -> TieOut:
    """Whether the statements of a run and the fund beside them tie out: outdated ones, and every problem that stops all
    of them. Reads each figure of every statement: two seconds for ten thousand."""
    require(actor, Permission.PREPARE_STATEMENTS)
    row = db.fetch_one(RUN, firm=actor.firm_id, run=run_id)
    if row is None or row.fund is None or exists_later_journal(actor, run_id):
        return TieOut(outdated=True, problems=())
    period = Period(row.ends_on, Frequency(row.frequency))
    totals: dict[tuple[str, str], Decimal] = {}
    for each in db.fetch_all(TOTALS, firm=actor.firm_id, run=run_id):
        totals |= {(each.code, name): getattr(each, name) for name in ("period", "year", "inception")}
    before = db.fetch_one(PREVIOUS, firm=actor.firm_id, vehicle=row.vehicle_id, starts=period.starts_on)
    previous = None
    if before is not None and before.fund is not None:
        previous = (read_sides(before.fund), Period(before.ends_on, Frequency(before.frequency)), before.number)
    problems = find_fund_problems(read_sides(row.fund), totals, previous, period, row.currency)
    return TieOut(outdated=False, problems=tuple(problems))
