"""Rows as entries of the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.imports.rules.keys import Identity
from portal.domain.investments.imports.values.records import HoldingGround
from portal.domain.investments.imports.values.tables import Entry as Row
from portal.domain.investments.imports.values.tables import PositionRow, TransactionType
from portal.domain.investments.ledger.values import Entry, EntryKind
from portal.platform.ids import name_key

# What a position is posted as; the valuation is never left out, so that it tells whether the position stands.
POSITION_KINDS = (EntryKind.COMMITMENT, EntryKind.CONTRIBUTION, EntryKind.DISTRIBUTION, EntryKind.VALUATION)
_KINDS = {kind: EntryKind(kind.value) for kind in TransactionType}
Places = Mapping[str, UUID]
Pair = tuple[UUID, UUID]


def position_key(key: str, kind: EntryKind = EntryKind.VALUATION) -> str:
    """The business key of one of the entries that a position with this key is posted as."""
    return f"{key}:{kind.value}"


def ledger_entries(
    rows: Sequence[Row],
    identities: Sequence[Identity],
    accounts: Places,
    vehicles: Places,
    holdings: Mapping[Pair, HoldingGround],
) -> list[Entry]:
    """What posting `rows` puts into the ledger. Accounts and vehicles are found by name key, holdings by their ids.

    A transaction is one entry. A position is up to four opening entries: the differences to what stands, or to the
    holding's row before it, and the valuation; differences of zero are left out.
    """
    entries = []
    positions: dict[Pair, list[tuple[PositionRow, Identity]]] = defaultdict(list)
    for row, identity in zip(rows, identities, strict=True):
        pair = accounts[name_key(row.account)], vehicles[name_key(row.vehicle)]
        if isinstance(row, PositionRow):
            positions[pair].append((row, identity))
        else:
            entries.append(Entry(*pair, _KINDS[row.type], row.date, row.amount, *identity, row.reference or ""))
    for pair, own in positions.items():
        entries += _openings(pair, own, holdings.get(pair, HoldingGround()))
    return entries


def in_parts(entries: Sequence[Entry], size: int) -> Iterator[list[Entry]]:
    """The entries in parts of at least `size`, each holding's together, since it is planned as a whole."""
    by_pair: dict[Pair, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_pair[entry.account_id, entry.vehicle_id].append(entry)
    part: list[Entry] = []
    for own in by_pair.values():
        part += own
        if len(part) >= size:
            yield part
            part = []
    if part:
        yield part


def _openings(pair: Pair, rows: Sequence[tuple[PositionRow, Identity]], standing: HoldingGround) -> Iterator[Entry]:
    before = (standing.commitment, standing.paid_in, standing.distributed)
    for row, identity in sorted(rows, key=lambda each: each[0].as_of):
        yield from _opening(pair, row, identity, before)
        before = (row.commitment, row.paid_in, row.distributed)


def _opening(pair: Pair, row: PositionRow, identity: Identity, before: tuple[Decimal, Decimal, Decimal]) -> list[Entry]:
    stated = (row.commitment - before[0], row.paid_in - before[1], row.distributed - before[2], row.nav)
    return [
        Entry(*pair, kind, row.as_of, amount, position_key(identity.key, kind), identity.digest, opening=True)
        for kind, amount in zip(POSITION_KINDS, stated, strict=True)
        if amount or kind is EntryKind.VALUATION
    ]
