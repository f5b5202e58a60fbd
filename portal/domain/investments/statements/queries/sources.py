"""What a statement is made of: the ledger's sums by column, and the statements published before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.values import Bucket, EntryKind
from portal.domain.investments.statements.rules.lines import BucketSums
from portal.domain.investments.statements.rules.snapshots import read_snapshot
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.platform import db

SUMS = """
SELECT p.holding_id, j.kind, p.bucket,
  COALESCE(sum(p.amount) FILTER (WHERE p.effective_on >= %(starts)s), 0) AS period,
  COALESCE(sum(p.amount) FILTER (WHERE p.effective_on >= %(year)s), 0) AS year,
  sum(p.amount) AS inception, min(p.effective_on) AS first_on
FROM investments.postings p JOIN investments.journals j ON j.id = p.journal_id
WHERE p.firm_id = %(firm)s AND p.holding_id = ANY(%(holdings)s) AND p.effective_on <= %(ends)s
GROUP BY p.holding_id, j.kind, p.bucket
"""
STANDING = """
(SELECT s.holding_id, true AS same, s.snapshot FROM investments.statements s
  WHERE s.firm_id = %(firm)s AND s.holding_id = ANY(%(holdings)s) AND s.ends_on = %(ends)s
  AND s.frequency = %(frequency)s AND s.state = 'published')
UNION ALL
(SELECT DISTINCT ON (s.holding_id) s.holding_id, false, s.snapshot FROM investments.statements s
  WHERE s.firm_id = %(firm)s AND s.holding_id = ANY(%(holdings)s) AND s.ends_on < %(starts)s AND s.state = 'published'
  ORDER BY s.holding_id, s.ends_on DESC)
"""
HOLDERS = """
SELECT h.id AS holding_id, h.account_id, 1 + (
  SELECT count(*) FROM investments.statements s WHERE s.holding_id = h.id AND s.frequency = %(frequency)s
  AND s.ends_on = %(ends)s AND s.state IN ('published', 'superseded')) AS version
FROM investments.holdings h
WHERE h.firm_id = %(firm)s AND h.vehicle_id = %(vehicle)s AND h.first_on <= %(ends)s ORDER BY h.id
"""


class Holder(NamedTuple):
    """A holding that gets a statement, and the version it would be."""

    holding_id: UUID
    account_id: UUID
    version: int


class Standing(NamedTuple):
    """What is published of a holding: for the very period, and the last before it."""

    same: Snapshot | None = None
    previous: Snapshot | None = None


def list_bucket_sums(actor: Actor, holding_ids: Sequence[UUID], period: Period) -> dict[UUID, list[BucketSums]]:
    """What the ledger put into each bucket of holdings up to the period's end, by kind of entry and column."""
    rows = db.fetch_all(
        SUMS,
        firm=actor.firm_id,
        holdings=list(holding_ids),
        starts=period.starts_on,
        year=period.year_starts_on,
        ends=period.ends_on,
    )
    sums: dict[UUID, list[BucketSums]] = {each: [] for each in holding_ids}
    for holding_id, kind, bucket, *rest in rows:
        sums[holding_id].append(BucketSums(EntryKind(kind), Bucket(bucket), *rest))
    return sums


def list_standing(actor: Actor, holding_ids: Sequence[UUID], period: Period) -> dict[UUID, Standing]:
    """The snapshots published of holdings: for this period, and the last that ended before it."""
    rows = db.fetch_all(
        STANDING,
        firm=actor.firm_id,
        holdings=list(holding_ids),
        starts=period.starts_on,
        ends=period.ends_on,
        frequency=period.frequency.value,
    )
    standing = dict.fromkeys(holding_ids, Standing())
    for row in rows:
        place = "same" if row.same else "previous"
        standing[row.holding_id] = standing[row.holding_id]._replace(**{place: read_snapshot(row.snapshot)})
    return standing


def list_holders(actor: Actor, vehicle_id: UUID, period: Period) -> list[Holder]:
    """Every holding of a vehicle that had begun by the period's end."""
    rows = db.fetch_all(
        HOLDERS,
        firm=actor.firm_id,
        vehicle=vehicle_id,
        ends=period.ends_on,
        frequency=period.frequency.value,
    )
    return [Holder(*row) for row in rows]
