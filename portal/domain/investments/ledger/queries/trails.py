"""The postings behind a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.ledger.values import Bucket, EntryKind, PostingLine, PostingTrail, TrailSum
from portal.platform import db

# What is promised and paid in stands on the credit side; as figures both are positive.
CREDITED = frozenset({Bucket.COMMITTED, Bucket.DRAWN, Bucket.CONTRIBUTED, Bucket.TRANSFERRED, Bucket.REVALUATION})
CONDITIONS = """
{visible} AND p.holding_id = ANY(%(ids)s) AND p.effective_on <= %(as_of)s
  AND (%(known)s::timestamptz IS NULL OR j.posted_at <= %(known)s)
"""
SUMS = """
SELECT p.bucket, j.kind, j.opening, count(*), sum(p.amount)
FROM investments.postings p JOIN investments.journals j ON j.id = p.journal_id
WHERE {conditions} AND p.bucket = ANY(%(buckets)s)
GROUP BY p.bucket, j.kind, j.opening ORDER BY p.bucket, min(p.effective_on), j.kind
"""
LATEST = """
SELECT latest.* FROM unnest(%(buckets)s::text[]) AS wanted (bucket) CROSS JOIN LATERAL (
  SELECT p.id, p.journal_id, p.effective_on, j.posted_at, j.kind, j.opening, j.reverses IS NOT NULL AS reversal,
    j.reference, p.bucket, p.amount, p.currency, p.holding_id
  FROM investments.postings p JOIN investments.journals j ON j.id = p.journal_id
  WHERE {conditions} AND p.bucket = wanted.bucket ORDER BY p.effective_on DESC, p.id DESC LIMIT %(most)s
) latest ORDER BY latest.effective_on, latest.id
"""


def list_trails(
    actor: Actor,
    holding_ids: Sequence[UUID],
    buckets: Sequence[Bucket],
    *,
    as_of: date,
    known_on: datetime | None = None,
    most: int | None = None,
) -> list[PostingTrail]:
    """For each of `buckets`: the postings of these holdings up to `as_of` (as known at `known_on`), summed by kind, and
    the latest `most` of them line by line. Two statements."""
    conditions = CONDITIONS.format(visible=visible_holdings(actor, "p"))
    given: dict[str, Any] = {
        "firm": actor.firm_id,
        "ids": list(holding_ids),
        "buckets": [bucket.value for bucket in buckets],
        "as_of": as_of,
        "known": known_on,
    }
    sums: dict[Bucket, list[TrailSum]] = defaultdict(list)
    for name, kind, opening, count, amount in db.fetch_all(SUMS.format(conditions=conditions), **given):
        bucket = Bucket(name)
        sums[bucket].append(TrailSum(EntryKind(kind), opening, count, _sign(bucket) * amount))
    lines: dict[Bucket, list[PostingLine]] = defaultdict(list)
    for row in db.fetch_all(LATEST.format(conditions=conditions), most=most, **given):
        lines[Bucket(row.bucket)].append(_line(row))
    return [PostingTrail(bucket, tuple(sums[bucket]), tuple(lines[bucket])) for bucket in buckets]


def _sign(bucket: Bucket) -> int:
    return -1 if bucket in CREDITED else 1


def _line(row: db.AnyRow) -> PostingLine:
    bucket = Bucket(row.bucket)
    return PostingLine(
        row.journal_id, row.effective_on, row.posted_at, EntryKind(row.kind), row.opening, row.reversal, row.reference,
        bucket, _sign(bucket) * row.amount, row.currency, row.holding_id,
    )  # fmt: skip
