"""Sealing and checking the record of acts: canonical text, hashes, and what a forgery leaves behind."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal

from portal.domain.identity.audit.values import Kept, RecordFinding, Seal

ORIGIN = bytes(32)  # what the first block follows
CLOCK_STEP = Decimal(60)  # seconds by which a server's clock may be set back without alarm


def canonical_text(columns: Mapping[str, object]) -> bytes:
    """The one JSON text of an event or a block's head: keys in order, no spaces, UTF-8, a newline at the end."""
    return json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def event_digest(event: Kept) -> bytes:
    """SHA-256 of the event's canonical text."""
    return hashlib.sha256(canonical_text(event.columns)).digest()


def seal_hash(seal: Seal, events: Iterable[Kept]) -> bytes:
    """SHA-256 over the hash of the block before, this block's head and its events in the order of their ids."""
    head = asdict(seal) | {"firm_id": str(seal.firm_id), "previous_hash": seal.previous_hash.hex()}
    del head["hash"]
    digest = hashlib.sha256(seal.previous_hash)
    digest.update(canonical_text(head))
    for event in events:
        digest.update(canonical_text(event.columns))
    return digest.digest()


def sealed(seal: Seal, events: Sequence[Kept]) -> Seal:
    """The block with its hash."""
    return replace(seal, hash=seal_hash(seal, events))


class Chain:
    """Follows the blocks from the first to the last and tells what does not fit."""

    def __init__(self) -> None:
        self.hash, self.number, self.highest_id = ORIGIN, 0, 0
        # Of the blocks so far, in parallel: first transaction not begun, highest id, moment.
        self._begun: list[int] = []
        self._borders: list[tuple[int, Decimal]] = []
        self.below_txid = 0

    def follow(self, seal: Seal, events: Sequence[Kept]) -> Iterator[RecordFinding]:
        """Take the next block with the events that say they are in it; what is wrong with either."""
        place = f"block {seal.number}"
        found = [finding for event in events for finding in self._judge(event, place)]
        if seal.number != self.number + 1:
            found.append(RecordFinding(place, f"follows block {self.number}: blocks between them are gone."))
        if seal.previous_hash != self.hash:
            found.append(RecordFinding(place, "does not carry the hash of the block before it."))
        ids = [event.id for event in events]
        if (seal.events, seal.first_id, seal.last_id) != (len(ids), min(ids, default=0), max(ids, default=0)):
            found.append(RecordFinding(place, f"was sealed with {seal.events} events and has {len(ids)}."))
        whole = all(event.there for event in events)
        if not found and whole and seal_hash(seal, events) != seal.hash:
            found.append(RecordFinding(place, "is not what was sealed: its hash is another."))
        self._pass(seal)
        yield from found

    def judge_unsealed(self, event: Kept) -> Iterator[RecordFinding]:
        """What is wrong with an event that is in no block."""
        if event.txid < self.below_txid:
            yield RecordFinding(f"event {event.id}", "is in no block, though all of its time were sealed.")
        else:
            yield from self._judge_time(event)

    def _judge(self, event: Kept, place: str) -> Iterator[RecordFinding]:
        if not event.there:
            yield RecordFinding(f"event {event.id}", f"of {place} is gone.")
        elif event_digest(event) != event.digest:
            yield RecordFinding(f"event {event.id}", f"of {place} was changed after it was sealed.")
        else:
            yield from self._judge_time(event)

    def _judge_time(self, event: Kept) -> Iterator[RecordFinding]:
        """An act whose transaction had not begun when a block was sealed came after it: in number and in time."""
        before = bisect_right(self._begun, event.txid) - 1
        if before < 0:
            return
        highest_id, sealed_at = self._borders[before]
        if event.id <= highest_id or Decimal(event.at) < sealed_at - CLOCK_STEP:
            yield RecordFinding(f"event {event.id}", "was written later than it says.")

    def _pass(self, seal: Seal) -> None:
        self.hash, self.number, self.below_txid = seal.hash, seal.number, seal.below_txid
        if self._begun and seal.next_txid < self._begun[-1]:
            # The database was restored into a new server, which counts its transactions from the beginning.
            self._begun, self._borders = [], []
        self.highest_id = max(self.highest_id, seal.last_id)
        self._begun.append(seal.next_txid)
        self._borders.append((self.highest_id, Decimal(seal.sealed_at)))


def compare_with_anchor(
    heads: Mapping[int, tuple[bytes, bool]], anchored: Mapping[int, frozenset[bytes]]
) -> Iterator[RecordFinding]:
    """What the blocks (number → hash, and whether its anchoring is due) and their anchor (number → hashes) say
    differently."""
    if 0 in anchored:
        yield RecordFinding("the anchor", "has a line that is none.")
    last = max(anchored, default=0)
    for number, (head, due) in heads.items():
        known = anchored.get(number)
        if known is not None and known != {head}:
            yield RecordFinding(f"block {number}", "is another than its anchor says: the chain was made anew.")
        elif known is None and (number < last or due):
            yield RecordFinding(f"block {number}", "has no anchor.")
    for number in sorted(anchored.keys() - heads.keys() - {0}):
        yield RecordFinding(f"block {number}", "is in the anchor and no longer in the record.")
