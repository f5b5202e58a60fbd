"""Transactions: the journal as people read it, and the postings behind a figure."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import visible_holdings
from portal.domain.investments.ledger.values import (
    CHARGES,
    DISTRIBUTIONS,
    Bucket,
    EntryKind,
    PostingLine,
    Transaction,
    TransactionFilter,
    TransactionTotals,
)
from portal.platform import db
from portal.platform.errors import NotFound

LINES = """
SELECT j.id, j.holding_id, a.name AS account, v.name AS vehicle, j.currency, j.kind, j.opening,
  j.amount, j.unfunded_effect, j.effective_on, j.posted_at, j.reference, j.reverses,
  (SELECT r.id FROM investments.journals r WHERE r.reverses = j.id
    AND (%(known)s::timestamptz IS NULL OR r.posted_at <= %(known)s)) AS reversed_by
FROM {source} j
JOIN investments.holdings h ON h.id = j.holding_id
JOIN people.investor_accounts a ON a.id = h.account_id
JOIN investments.vehicles v ON v.id = h.vehicle_id
"""
# An investor's lines: the newest of each account by its own index, then the newest of those, as fast on the hundredth
# page as on the first and for ten thousand lines as for ten. Otherwise one index has the order already.
BY_ACCOUNT = """(
  SELECT own.* FROM people.investor_accounts mine CROSS JOIN LATERAL (
    {lines} AND j.account_id = mine.id {order} {limit}
  ) own WHERE mine.firm_id = %(firm)s
)"""
NARROWED = "SELECT j.* FROM investments.journals j {joins} WHERE {conditions}"
BY_VEHICLE = "JOIN investments.holdings w ON w.id = j.holding_id JOIN investments.vehicles wv ON wv.id = w.vehicle_id"
TOTALS = """
SELECT j.currency, count(*) AS lines,
  COALESCE(sum(j.amount) FILTER (WHERE j.kind = 'contribution'), 0) AS contributed,
  COALESCE(sum(j.amount) FILTER (WHERE j.kind = ANY(%(distributions)s)), 0) AS distributed,
  COALESCE(sum(CASE j.kind WHEN 'fee_rebate' THEN -j.amount ELSE j.amount END)
    FILTER (WHERE j.kind = ANY(%(charges)s)), 0) AS fees
FROM ({lines}) j GROUP BY j.currency ORDER BY j.currency
"""
Place = tuple[date, UUID]


def list_transactions(
    actor: Actor,
    criteria: TransactionFilter,
    *,
    before: Place | None = None,
    after: Place | None = None,
    most: int | None = 50,
) -> list[Transaction]:
    """Journals the actor may see, newest first; those next older than the (date, id) pair `before`, or next newer than
    `after`; all of them when `most` is None. Valuation adjustments are bookkeeping and left out."""
    conditions, parameters = _narrow(actor, criteria)
    direction, place = ("ASC", after) if after else ("DESC", before)
    if place is not None:
        conditions.append(f"(j.effective_on, j.id) {'>' if after else '<'} (%(place_on)s, %(place_id)s)")
        parameters |= {"place_on": place[0], "place_id": place[1]}
    lines = NARROWED.format(joins=_joins(criteria), conditions=" AND ".join(conditions))
    order = f"ORDER BY j.effective_on {direction}, j.id {direction}"
    limit = "" if most is None else "LIMIT %(most)s"
    spread = not (actor.is_staff or criteria.account_id or criteria.holding_id)
    source = BY_ACCOUNT.format(lines=lines, order=order, limit=limit) if spread else f"({lines} {order} {limit})"
    statement = f"{LINES.format(source=source)} {order} {limit}"
    found = [_transaction(row) for row in db.fetch_all(statement, most=most, **parameters)]
    return found[::-1] if after else found


def list_transaction_totals(actor: Actor, criteria: TransactionFilter) -> list[TransactionTotals]:
    """What the journals of `list_transactions` come to per currency, by code: cash in, cash out and fees. Reads each of
    them, so it is for a narrowed list; the kept balances of holdings have the totals of everything."""
    conditions, parameters = _narrow(actor, criteria)
    lines = NARROWED.format(joins=_joins(criteria), conditions=" AND ".join(conditions))
    kinds = [kind.value for kind in DISTRIBUTIONS]
    charges = [kind.value for kind in CHARGES]
    rows = db.fetch_all(TOTALS.format(lines=lines), distributions=kinds, charges=charges, **parameters)
    return [TransactionTotals(*row) for row in rows]


def _joins(criteria: TransactionFilter) -> str:
    return BY_VEHICLE if criteria.vehicle_id or criteria.search else ""


def _narrow(actor: Actor, criteria: TransactionFilter) -> tuple[list[str], dict[str, Any]]:
    """The conditions of what the actor may see of `criteria`, and their parameters."""
    given: dict[str, tuple[Any, str]] = {
        "account": (criteria.account_id, "j.account_id = %(account)s"),
        "vehicle": (criteria.vehicle_id, "w.vehicle_id = %(vehicle)s"),
        "holding": (criteria.holding_id, "j.holding_id = %(holding)s"),
        "holdings": (list(criteria.holding_ids), "j.holding_id = ANY(%(holdings)s)"),
        "kinds": ([kind.value for kind in criteria.kinds], "j.kind = ANY(%(kinds)s)"),
        "since": (criteria.since, "j.effective_on >= %(since)s"),
        "until": (criteria.until, "j.effective_on <= %(until)s"),
        "known": (criteria.known_on, "j.posted_at <= %(known)s"),
        "search": (
            criteria.search and db.containing(criteria.search),
            "(j.reference ILIKE %(search)s OR wv.name ILIKE %(search)s)",
        ),
    }
    used = {name: pair for name, pair in given.items() if pair[0]}
    conditions = [
        visible_holdings(actor, "j"),
        "j.kind <> 'valuation_adjustment'",
        *(pair[1] for pair in used.values()),
    ]
    return conditions, {"firm": actor.firm_id, "known": None, **{name: pair[0] for name, pair in used.items()}}


def _transaction(row: db.AnyRow) -> Transaction:
    return Transaction(
        row.id, row.holding_id, row.account, row.vehicle, row.currency, EntryKind(row.kind), row.opening, row.amount,
        row.unfunded_effect, row.effective_on, row.posted_at, row.reference, row.reverses, row.reversed_by,
    )  # fmt: skip


POSTINGS = """
SELECT p.journal_id, p.effective_on, j.posted_at, j.kind, j.opening, j.reverses IS NOT NULL AS reversal, j.reference,
  p.bucket, p.amount, p.currency, p.holding_id
FROM investments.postings p JOIN investments.journals j ON j.id = p.journal_id
WHERE {visible}
"""


def _posting(row: db.AnyRow) -> PostingLine:
    return PostingLine(
        row.journal_id, row.effective_on, row.posted_at, EntryKind(row.kind), row.opening, row.reversal, row.reference,
        Bucket(row.bucket), row.amount, row.currency, row.holding_id,
    )  # fmt: skip


def get_transaction(actor: Actor, journal_id: UUID) -> tuple[Transaction, list[PostingLine]]:
    """One journal the actor may see with all its postings; NotFound otherwise."""
    visible = visible_holdings(actor, "j")
    row = db.fetch_one(
        LINES.format(source="investments.journals") + f" WHERE j.id = %(id)s AND {visible}",
        firm=actor.firm_id,
        id=journal_id,
        known=None,
    )
    if row is None:
        raise NotFound
    lines = db.fetch_all(
        POSTINGS.format(visible=visible_holdings(actor, "p")) + " AND p.journal_id = %(id)s ORDER BY p.id",
        firm=actor.firm_id,
        id=journal_id,
    )
    return _transaction(row), [_posting(line) for line in lines]
