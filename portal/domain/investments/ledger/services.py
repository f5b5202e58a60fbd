"""Posting and reversing: the only writers of the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.ledger.errors import KeyReused, NothingToReverse
from portal.domain.investments.ledger.queries.states import (
    HoldingRow,
    find_keys,
    list_batch_holdings,
    list_holding_rows,
    list_past_days,
)
from portal.domain.investments.ledger.rules import LINES, HoldingState, PlannedJournal, plan_journals
from portal.domain.investments.ledger.values import Entry, PostingOutcome, StandingKey
from portal.platform.db import copy_rows, execute, fetch_value, transactional

OPEN_HOLDINGS = """
INSERT INTO investments.holdings (id, firm_id, account_id, vehicle_id, currency)
SELECT gen_random_uuid(), v.firm_id, given.account_id, v.id, v.currency
FROM unnest(%(accounts)s::uuid[], %(vehicles)s::uuid[]) AS given (account_id, vehicle_id)
JOIN investments.vehicles v ON v.id = given.vehicle_id
ON CONFLICT ON CONSTRAINT holdings_account_vehicle DO NOTHING
"""
STAGE = """
CREATE TEMPORARY TABLE staged_journals (
  id uuid DEFAULT gen_random_uuid(), holding_id uuid, account_id uuid, kind text, opening boolean, business_key text,
  generation integer,
  content_digest text, currency char(3), amount numeric, change numeric, unfunded_effect numeric, stated_nav numeric,
  effective_on date, aside numeric, settled numeric, reference text
) ON COMMIT DROP
"""
COLUMNS = (
    "holding_id", "account_id", "kind", "opening", "business_key", "generation", "content_digest", "currency",
    "amount", "change", "unfunded_effect", "stated_nav", "effective_on", "aside", "settled", "reference",
)  # fmt: skip
# A journal and its lines come in one statement: the database refuses a journal that does not arrive whole.
POST = """
WITH journals AS (
  INSERT INTO investments.journals (id, firm_id, holding_id, account_id, kind, opening, business_key, generation,
    content_digest, currency, amount, unfunded_effect, stated_nav, effective_on, posted_by, reference, batch_id)
  SELECT id, %(firm)s, holding_id, account_id, kind, opening, COALESCE(business_key, 'adjustment:' || id), generation,
    content_digest, currency, amount, unfunded_effect, stated_nav, effective_on, %(actor)s, reference, %(batch)s
  FROM staged_journals
)
INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount, effective_on)
SELECT %(firm)s, s.id, s.holding_id, s.account_id, line.bucket, s.currency, line.sign * s.change, s.effective_on
FROM staged_journals s
JOIN unnest(%(kinds)s::text[], %(buckets)s::text[], %(signs)s::integer[]) AS line (kind, bucket, sign)
  ON line.kind = s.kind
UNION ALL
SELECT %(firm)s, s.id, s.holding_id, s.account_id, line.bucket, s.currency, line.sign * s.aside, s.effective_on
FROM staged_journals s, (VALUES ('unfunded', 1), ('drawn', -1)) AS line (bucket, sign)
WHERE s.aside <> 0
UNION ALL
SELECT %(firm)s, s.id, s.holding_id, s.account_id, line.bucket, s.currency, line.sign * s.settled, s.effective_on
FROM staged_journals s, (VALUES ('drawn', 1), ('called', -1)) AS line (bucket, sign)
WHERE s.settled <> 0
"""
REVERSE = """
WITH reversals AS (
  INSERT INTO investments.journals (id, firm_id, holding_id, account_id, kind, opening, business_key, content_digest,
    currency, amount, unfunded_effect, stated_nav, effective_on, posted_by, reference, batch_id, reverses)
  SELECT gen_random_uuid(), j.firm_id, j.holding_id, j.account_id, j.kind, j.opening, 'reversal:' || j.id,
    j.content_digest, j.currency, -j.amount, -j.unfunded_effect, NULL, j.effective_on, %(actor)s, j.reference,
    j.batch_id, j.id
  FROM investments.journals j
  WHERE j.batch_id = %(batch)s AND j.reverses IS NULL
    AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
  RETURNING id, reverses
), lines AS (
  INSERT INTO investments.postings (firm_id, journal_id, holding_id, account_id, bucket, currency, amount,
    effective_on)
  SELECT p.firm_id, r.id, p.holding_id, p.account_id, p.bucket, p.currency, -p.amount, p.effective_on
  FROM reversals r JOIN investments.postings p ON p.journal_id = r.reverses
)
SELECT count(*) FROM reversals
"""

Pair = tuple[UUID, UUID]


@transactional
def post_entries(
    actor: Actor, entries: Sequence[Entry], *, batch_id: UUID | None = None, known: Sequence[StandingKey] | None = None
) -> PostingOutcome:
    """Post `entries`, all or none. An entry whose business key stands in the journal with the same content is
    skipped; KeyReused names those with other content. `batch_id` lets the whole be reversed together. `known` is what
    `find_keys` told of all their keys, where the caller has asked in this transaction already."""
    generations = _generations(entries, _find_keys(actor, entries) if known is None else known)
    clashing = [place for place, entry in enumerate(entries) if generations.get(entry.business_key) == -1]
    if clashing:
        raise KeyReused(clashing)
    fresh = [entry for entry in entries if generations.get(entry.business_key, 1)] if generations else entries
    if fresh:
        _post(actor, fresh, generations, batch_id)
        place = f"firm:{actor.firm_id}" if batch_id is None else f"batch:{batch_id}"
        record_act(actor.user_id, "ledger.post", place, entries=len(fresh))
    return PostingOutcome(len(fresh), len(entries) - len(fresh))


def _find_keys(actor: Actor, entries: Sequence[Entry]) -> Sequence[StandingKey]:
    return find_keys(actor, [entry.business_key for entry in entries])


def _generations(entries: Sequence[Entry], known: Sequence[StandingKey]) -> dict[str, int]:
    """Per key that is known: the generation to post next after a reversal, 0 when it stands with the same content,
    -1 when it stands with other content."""
    digests = {entry.business_key: entry.content_digest for entry in entries} if known else {}
    found = {}
    for key in known:
        if key.reversed:
            found[key.business_key] = key.generation + 1
        elif key.business_key in digests:
            found[key.business_key] = 0 if key.content_digest == digests[key.business_key] else -1
    return found


def _post(actor: Actor, entries: Sequence[Entry], generations: dict[str, int], batch_id: UUID | None) -> None:
    by_pair: dict[Pair, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_pair[entry.account_id, entry.vehicle_id].append(entry)
    accounts, vehicles = [pair[0] for pair in by_pair], [pair[1] for pair in by_pair]
    holdings = _holdings(actor, accounts, vehicles)
    missing = [pair for pair in by_pair if pair not in holdings]
    if missing:
        execute(OPEN_HOLDINGS, accounts=[pair[0] for pair in missing], vehicles=[pair[1] for pair in missing])
        holdings = _holdings(actor, accounts, vehicles)
    states = _states(actor, [(holdings[pair], own) for pair, own in by_pair.items()])
    plans = [(holdings[pair], plan_journals(states[holdings[pair].id], own)) for pair, own in by_pair.items()]
    _write(actor, plans, generations, batch_id)


def _holdings(actor: Actor, accounts: Sequence[UUID], vehicles: Sequence[UUID]) -> dict[Pair, HoldingRow]:
    return {(row.account_id, row.vehicle_id): row for row in list_holding_rows(actor, accounts, vehicles)}


def _states(actor: Actor, holdings: Sequence[tuple[HoldingRow, Sequence[Entry]]]) -> dict[UUID, HoldingState]:
    """Each holding as it stands; with its history only where an entry is dated before what stands."""
    states = {row.id: _state(row) for row, _ in holdings}
    backdated = [
        row.id for row, own in holdings if row.last_on and min(entry.effective_on for entry in own) <= row.last_on
    ]
    for holding_id, days in list_past_days(actor, backdated).items():
        states[holding_id].past = days
    return states


def _state(row: HoldingRow) -> HoldingState:
    return HoldingState(row.commitment, row.unfunded, row.net_assets, row.last_on, called=row.called)


def _write(
    actor: Actor,
    plans: Sequence[tuple[HoldingRow, Sequence[PlannedJournal]]],
    generations: dict[str, int],
    batch_id: UUID | None,
) -> None:
    execute(STAGE)
    copy_rows("staged_journals", COLUMNS, _staged(plans, generations))
    lines = [(kind.value, pair[side].value, sign) for kind, pair in LINES.items() for side, sign in ((0, 1), (1, -1))]
    kinds, buckets, signs = zip(*lines, strict=True)
    meant = {"kinds": list(kinds), "buckets": list(buckets), "signs": list(signs)}
    execute(POST, firm=actor.firm_id, actor=actor.user_id, batch=batch_id, **meant)
    # At once, by the role that made it: another one may post in the same transaction.
    execute("DROP TABLE staged_journals")


def _staged(
    plans: Sequence[tuple[HoldingRow, Sequence[PlannedJournal]]], generations: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    for holding, journals in plans:
        # As text, once per holding: COPY takes it as it is.
        holding_id, account_id = str(holding.id), str(holding.account_id)
        for journal in journals:
            kind, on, amount, change, effect, stated, entry, settled = journal
            figures = (holding.currency, amount, change, effect, stated, on, journal.aside, settled)
            if entry is None:
                yield (holding_id, account_id, kind.value, False, None, 1, "", *figures, "")
            else:
                generation = generations.get(entry.business_key, 1)
                yield (
                    holding_id, account_id, kind.value, entry.opening, entry.business_key, generation,
                    entry.content_digest, *figures, entry.reference,
                )  # fmt: skip


@transactional
def reverse_batch(actor: Actor, batch_id: UUID) -> int:
    """Reverse every journal of a batch at its own effective date, and let the valuations that remain stand at their
    stated value; how many were reversed. NothingToReverse when none is left."""
    count: int = fetch_value(REVERSE, actor=actor.user_id, batch=batch_id)
    if not count:
        raise NothingToReverse
    _settle(actor, batch_id)
    record_act(actor.user_id, "ledger.reverse", f"batch:{batch_id}", journals=count)
    return count


def _settle(actor: Actor, batch_id: UUID) -> None:
    """Bring the valuations that stand in the batch's holdings back to their stated values."""
    holdings = list_batch_holdings(actor, batch_id)
    past = list_past_days(actor, [row.id for row in holdings])
    plans = []
    for row in holdings:
        state = _state(row)
        state.past = past.get(row.id, ())
        planned = plan_journals(state, ())
        if planned:
            plans.append((row, planned))
    if plans:
        _write(actor, plans, {}, None)
