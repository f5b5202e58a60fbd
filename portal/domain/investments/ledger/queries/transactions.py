"""Transactions: the journal as people read it, and the postings behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.ledger.values import Bucket, EntryKind, PostingLine, Transaction, TransactionFilter
from portal.platform import db
from portal.platform.errors import NotFound

LINES = """
SELECT j.id, j.holding_id, a.name AS account, v.name AS vehicle, j.currency, j.kind, j.opening,
  j.reverses IS NOT NULL AS reversal, EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id) AS reversed,
  j.amount, j.unfunded_effect, j.effective_on, j.posted_at, j.reference
FROM {source} j
JOIN investments.holdings h ON h.id = j.holding_id
JOIN people.investor_accounts a ON a.id = h.account_id
JOIN investments.vehicles v ON v.id = h.vehicle_id
"""
# The newest lines of each account by its own index, then the newest of those: as fast on the hundredth page as on the
# first, and for ten thousand lines as for ten.
PAGE = """(
  SELECT own.* FROM people.investor_accounts mine CROSS JOIN LATERAL (
    SELECT j.* FROM investments.journals j
    {joins} WHERE j.account_id = mine.id AND {visible} {filters}
    ORDER BY j.effective_on DESC, j.id DESC {limit}
  ) own WHERE mine.firm_id = %(firm)s {account}
)"""
BY_VEHICLE = "JOIN investments.holdings w ON w.id = j.holding_id JOIN investments.vehicles wv ON wv.id = w.vehicle_id"


def list_transactions(
    actor: Actor, criteria: TransactionFilter, *, before: tuple[date, UUID] | None = None, most: int | None = 50
) -> list[Transaction]:
    """Journals the actor may see, newest first, older than the (date, id) pair `before`; all of them when `most` is
    None. Valuation adjustments are bookkeeping and left out."""
    filters, parameters = _narrow(criteria)
    if before is not None:
        filters.append("(j.effective_on, j.id) < (%(before_on)s, %(before_id)s)")
        parameters |= {"before_on": before[0], "before_id": before[1]}
    limit = "" if most is None else "LIMIT %(most)s"
    source = PAGE.format(
        joins=BY_VEHICLE if criteria.vehicle_id or criteria.search else "",
        visible=visible_holdings(actor, "j"),
        filters="".join(f" AND {condition}" for condition in filters),
        limit=limit,
        account="AND mine.id = %(account)s" if criteria.account_id else "",
    )
    statement = LINES.format(source=source) + f" ORDER BY j.effective_on DESC, j.id DESC {limit}"
    rows = db.fetch_all(statement, firm=actor.firm_id, most=most, **parameters)
    return [_transaction(row) for row in rows]


def _narrow(criteria: TransactionFilter) -> tuple[list[str], dict[str, Any]]:
    conditions = ["j.kind <> 'valuation_adjustment'"]
    given: dict[str, tuple[Any, str]] = {
        "account": (criteria.account_id, "j.account_id = %(account)s"),
        "vehicle": (criteria.vehicle_id, "w.vehicle_id = %(vehicle)s"),
        "holding": (criteria.holding_id, "j.holding_id = %(holding)s"),
        "kinds": ([kind.value for kind in criteria.kinds], "j.kind = ANY(%(kinds)s)"),
        "since": (criteria.since, "j.effective_on >= %(since)s"),
        "until": (criteria.until, "j.effective_on <= %(until)s"),
        "search": (
            criteria.search and f"%{criteria.search}%",
            "(j.reference ILIKE %(search)s OR wv.name ILIKE %(search)s)",
        ),
    }
    used = {name: pair for name, pair in given.items() if pair[0]}
    return conditions + [pair[1] for pair in used.values()], {name: pair[0] for name, pair in used.items()}


def _transaction(row: db.AnyRow) -> Transaction:
    return Transaction(
        row.id, row.holding_id, row.account, row.vehicle, row.currency, EntryKind(row.kind), row.opening, row.reversal,
        row.reversed, row.amount, row.unfunded_effect, row.effective_on, row.posted_at, row.reference,
    )  # fmt: skip


POSTINGS = """
SELECT p.journal_id, p.effective_on, j.posted_at, j.kind, j.opening, j.reverses IS NOT NULL AS reversal, j.reference,
  p.bucket, p.amount, p.currency
FROM investments.postings p JOIN investments.journals j ON j.id = p.journal_id
WHERE {visible}
"""


def _posting(row: db.AnyRow) -> PostingLine:
    return PostingLine(
        row.journal_id, row.effective_on, row.posted_at, EntryKind(row.kind), row.opening, row.reversal, row.reference,
        Bucket(row.bucket), row.amount, row.currency,
    )  # fmt: skip


def list_postings(
    actor: Actor, holding_ids: Sequence[UUID], buckets: Sequence[Bucket], *, as_of: date
) -> list[PostingLine]:
    """The postings in `buckets` behind a figure of these holdings up to `as_of`, in order of date."""
    statement = (
        POSTINGS.format(visible=visible_holdings(actor, "p"))
        + " AND p.holding_id = ANY(%(ids)s) AND p.bucket = ANY(%(buckets)s) AND p.effective_on <= %(as_of)s"
        + " ORDER BY p.effective_on, p.id"
    )
    rows = db.fetch_all(
        statement,
        firm=actor.firm_id,
        ids=list(holding_ids),
        buckets=[bucket.value for bucket in buckets],
        as_of=as_of,
    )
    return [_posting(row) for row in rows]


def get_transaction(actor: Actor, journal_id: UUID) -> tuple[Transaction, list[PostingLine]]:
    """One journal the actor may see with all its postings; NotFound otherwise."""
    visible = visible_holdings(actor, "j")
    row = db.fetch_one(
        LINES.format(source="investments.journals") + f" WHERE j.id = %(id)s AND {visible}",
        firm=actor.firm_id,
        id=journal_id,
    )
    if row is None:
        raise NotFound
    lines = db.fetch_all(
        POSTINGS.format(visible=visible_holdings(actor, "p")) + " AND p.journal_id = %(id)s ORDER BY p.id",
        firm=actor.firm_id,
        id=journal_id,
    )
    return _transaction(row), [_posting(line) for line in lines]
