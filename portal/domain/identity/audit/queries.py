"""Reading blocks: what is to be sealed, what is sealed, and whether both still agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from portal.domain.identity.audit.rules import Chain, compare_with_anchor
from portal.domain.identity.audit.values import Kept, RecordFinding, Seal
from portal.platform import db, tenancy

HORIZON = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS below, extract(epoch FROM now())::text AS at
"""
LAST = """
SELECT number, below_txid::text AS below, hash FROM identity.audit_seals WHERE firm_id = %(firm)s
ORDER BY number DESC LIMIT 1
"""
# Exact text, whatever a session's settings are and whatever somebody wrote.
KEPT = """
  e.id, e.firm_id::text AS firm_id, extract(epoch FROM e.at)::text AS at, e.txid::text AS txid,
  e.actor_id::text AS actor_id, e.on_behalf_of::text AS on_behalf_of, e.act, e.resource, e.result, e.address, e.agent,
  e.request_id, e.detail::text AS detail
"""
# A transaction later than all that are over is of a server this database was restored from.
TO_SEAL = """
SELECT {kept} FROM identity.audit_events e
WHERE e.firm_id = %(firm)s AND e.txid >= %(since)s::xid8 AND (e.txid < %(below)s::xid8
    OR e.txid >= pg_snapshot_xmax(pg_current_snapshot()))
  AND NOT EXISTS (SELECT FROM identity.audit_sealed s WHERE s.event_id = e.id)
ORDER BY e.id LIMIT %(most)s
"""
SEALS = """
SELECT firm_id, number, first_id, last_id, events, below_txid::text, next_txid::text,
  extract(epoch FROM sealed_at)::text, previous_hash, hash
FROM identity.audit_seals WHERE firm_id = %(firm)s AND number > %(after)s ORDER BY number LIMIT %(most)s
"""
SEALED = """
SELECT s.number, s.event_id, s.digest, e.id IS NOT NULL AS there, {kept}
FROM identity.audit_sealed s LEFT JOIN identity.audit_events e ON e.id = s.event_id
WHERE s.firm_id = %(firm)s AND s.number BETWEEN %(first)s AND %(last)s ORDER BY s.number, s.event_id
"""
UNSEALED = """
SELECT {kept} FROM identity.audit_events e
WHERE e.firm_id = %(firm)s AND NOT EXISTS (
  SELECT FROM identity.audit_sealed s WHERE s.event_id = e.id AND s.firm_id = e.firm_id)
ORDER BY e.id
"""
STRAYS = """
SELECT s.event_id, s.number FROM identity.audit_sealed s WHERE s.firm_id = %(firm)s AND NOT EXISTS (
  SELECT FROM identity.audit_seals b WHERE b.firm_id = s.firm_id AND b.number = s.number)
ORDER BY s.event_id
"""
# A minute is what the anchor may be behind.
HEADS = """
SELECT number, hash, extract(epoch FROM sealed_at)::text AS sealed_at, sealed_at < now() - interval '1 minute' AS due
FROM identity.audit_seals WHERE firm_id = %(firm)s AND number > %(after)s ORDER BY number
"""
AT_ONCE = 100


class Horizon(NamedTuple):
    """Transactions below `below_txid` were over at `at` (epoch seconds)."""

    below_txid: int
    at: str


class LastSeal(NamedTuple):
    """What the next block follows."""

    number: int
    below_txid: int
    hash: bytes


def get_horizon() -> Horizon:
    """How far the record can be sealed at this moment."""
    row = db.fetch_one(HORIZON)
    assert row is not None
    return Horizon(int(row.below), row.at)


def get_own_txid() -> int:
    """The number of this transaction: every later one has not begun when it is given."""
    return int(db.fetch_value("SELECT pg_current_xact_id()::text"))


def find_last_seal() -> LastSeal | None:
    """The current firm's last block, or None."""
    row = db.fetch_one(LAST, firm=tenancy.current_firm_id())
    return None if row is None else LastSeal(row.number, int(row.below), bytes(row.hash))


def list_events_to_seal(horizon: Horizon, *, since_txid: int, most: int) -> list[Kept]:
    """Events of the current firm that are in no block and can no longer be joined by earlier ones, by id."""
    rows = db.fetch_all(
        TO_SEAL.format(kept=KEPT),
        firm=tenancy.current_firm_id(),
        since=str(since_txid),
        below=str(horizon.below_txid),
        most=most,
    )
    return [_kept(row) for row in rows]


def list_heads(*, after: int = 0) -> Sequence[db.AnyRow]:
    """Number, hash and moment (epoch seconds) of the current firm's blocks after `after`, and whether the anchor is due
    to have them."""
    return db.fetch_all(HEADS, firm=tenancy.current_firm_id(), after=after)


def list_record_findings(anchored: Mapping[int, frozenset[bytes]]) -> list[RecordFinding]:
    """Every edit, deletion, insertion and reordering in the sealed events and blocks of the current firm; `anchored` is
    what the anchor holds, number → hashes."""
    firm_id, chain, found = tenancy.current_firm_id(), Chain(), list[RecordFinding]()
    for seal, events in _blocks(firm_id):
        found += chain.follow(seal, events)
    for row in db.fetch_all(UNSEALED.format(kept=KEPT), firm=firm_id):
        found += chain.judge_unsealed(_kept(row))
    for row in db.fetch_all(STRAYS, firm=firm_id):
        found.append(RecordFinding(f"event {row.event_id}", f"names block {row.number}, which is not there."))
    heads = {row.number: (bytes(row.hash), bool(row.due)) for row in list_heads()}
    found += compare_with_anchor(heads, anchored)
    return found


def _blocks(firm_id: UUID) -> Iterator[tuple[Seal, list[Kept]]]:
    after = 0
    while rows := db.fetch_all(SEALS, firm=firm_id, after=after, most=AT_ONCE):
        seals = [_seal(row) for row in rows]
        after = seals[-1].number
        lines = db.fetch_all(SEALED.format(kept=KEPT), firm=firm_id, first=seals[0].number, last=after)
        events = {number: [_sealed(line) for line in own] for number, own in groupby(lines, lambda line: line.number)}
        yield from ((seal, events.get(seal.number, [])) for seal in seals)


def _seal(row: db.AnyRow) -> Seal:
    firm_id, number, first, last, events, below, following, at, previous, head = row
    return Seal(firm_id, number, first, last, events, int(below), int(following), at, bytes(previous), bytes(head))


def _columns(row: db.AnyRow) -> dict[str, str | None]:
    columns = {name: None if value is None else str(value) for name, value in row._asdict().items()}
    return {name: columns[name] for name in columns if name not in {"number", "event_id", "digest", "there"}}


def _kept(row: db.AnyRow) -> Kept:
    return Kept(row.id, _columns(row), int(row.txid), row.at)


def _sealed(row: db.AnyRow) -> Kept:
    if not row.there:
        return Kept(row.event_id, {}, 0, "0", bytes(row.digest), row.number, there=False)
    return Kept(row.event_id, _columns(row), int(row.txid), row.at, bytes(row.digest), row.number)
