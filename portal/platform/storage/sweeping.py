"""The sweep: every object of the store has a row, and every row has its object.

Objects are written before their rows, so that a crash between the two leaves an object nobody knows. It is told after
a day and removed after a month. What a row claims and the store has not, or not as it was, is a loss; only a back-up
mends it. Nothing is held whole: both sides come in pages, in the order of their keys.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

import structlog

from portal.platform import clock
from portal.platform.storage.claims import PAGE, Claim, file_folders, find_claim, list_claims
from portal.platform.storage.comparing import pair
from portal.platform.storage.errors import ObjectDamaged, ObjectLocked, ObjectMissing
from portal.platform.storage.interface import ListedObject, Store
from portal.platform.storage.losses import Loss, Problem
from portal.platform.tenancy import Tenancy, acting_as

TOLD_AFTER = timedelta(days=1)  # its row may still be on its way
REMOVED_AFTER = timedelta(days=30)
UNFINISHED_AFTER = timedelta(days=7)
ROUND = 28  # days in which every file is read once
MOST_TOLD = 10_000  # of suspects and of orphans each
FEW = 10  # orphans that are removed without asking whether that many can be right
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sweep:
    """What a sweep found: objects seen, files claimed by each firm, how many were read, losses, objects nobody claims,
    how many of these were removed or kept back as too many to be right, objects in no folder of ours, writes and
    uploads that were left behind."""

    objects: int = 0
    claimed: Counter[UUID] = field(default_factory=Counter)
    read: int = 0
    losses: list[Loss] = field(default_factory=list)
    orphans: list[ListedObject] = field(default_factory=list)
    removed: int = 0
    kept_back: int = 0
    strange: int = 0
    unfinished: int = 0


def is_days_turn(key: str, day: int) -> bool:
    """Whether the file of `key` is read on the day of this ordinal: once in four weeks, each on a day of its own."""
    return crc32(key.encode()) % ROUND == day % ROUND


def sweep(
    store: Store, tenancies: Mapping[UUID, Tenancy], *, read: Callable[[str], bool], remove_all: bool = False
) -> Sweep:
    """Compare the store with what all firms claim; `tenancies` are their machineries'. A file whose key `read` is true
    of is read and its digest compared. Orphans whose time is over are removed; where they are so many that the database
    is more likely wrong than they are, only if `remove_all`. StorageUnavailable ends it, with nothing removed."""
    now, found, suspects = clock.now(), Sweep(), list[Loss]()
    folders = file_folders()
    claims = heapq.merge(*(_claims_of(each) for each in tenancies.values()), key=lambda claim: claim.key)
    for stored, claim in pair(store.list_objects(), claims):
        found.objects += stored is not None
        if claim is not None:
            found.claimed[claim.firm_id] += 1
            problem = _judge(store, found, stored, claim, read)
            if problem is not None and len(suspects) < MOST_TOLD:
                suspects.append(Loss(claim, problem))
        elif stored is not None:
            _note_orphan(found, stored, folders, now)
    found.losses = [loss for each in suspects if (loss := _confirm(store, tenancies, each)) is not None]
    _remove_orphans(store, tenancies, found, now, remove_all)
    found.unfinished = store.drop_unfinished(now - UNFINISHED_AFTER)
    return found


def examine(store: Store, claim: Claim, *, read: bool) -> Problem | None:
    """What is wrong with the file of a claim, by its size, and by its digest where it is to be `read`."""
    try:
        stored = store.describe(claim.key)
        if claim.size not in {None, stored.size}:
            return Problem.DAMAGED
        if read and claim.digest is not None:
            for _ in store.stream(claim.key, digest=claim.digest):
                pass
    except ObjectMissing:
        return Problem.MISSING
    except ObjectDamaged:
        return Problem.DAMAGED
    return None


def _claims_of(tenancy: Tenancy) -> Iterator[Claim]:
    """The claims of a firm, one for each key: a statement is a document too, and both name its file."""
    last, full = "", True
    while full:
        with acting_as(tenancy):
            page = list_claims(after=last, most=PAGE)
        full = len(page) == PAGE
        for claim in page:
            if claim.key != last:
                yield claim
            last = claim.key


def _judge(
    store: Store, found: Sweep, stored: ListedObject | None, claim: Claim, read: Callable[[str], bool]
) -> Problem | None:
    if claim.drawn:
        return None
    if stored is None:
        return Problem.MISSING
    if claim.size not in {None, stored.size}:
        return Problem.DAMAGED
    if claim.digest is None or not read(claim.key):
        return None
    found.read += 1
    return examine(store, claim, read=True)


def _note_orphan(found: Sweep, stored: ListedObject, folders: frozenset[str], now: datetime) -> None:
    if stored.key.partition("/")[0] not in folders:
        found.strange += 1
    elif stored.written_at < now - TOLD_AFTER and len(found.orphans) < MOST_TOLD:
        found.orphans.append(stored)


def _confirm(store: Store, tenancies: Mapping[UUID, Tenancy], suspect: Loss) -> Loss | None:
    """The loss, where it is one still: people went on writing and deleting meanwhile."""
    with acting_as(tenancies[suspect.claim.firm_id]):
        claim = find_claim(suspect.claim.key)
    if claim is None:
        return None
    problem = examine(store, claim, read=suspect.problem is Problem.DAMAGED)
    return None if problem is None else Loss(claim, problem)


def _remove_orphans(
    store: Store, tenancies: Mapping[UUID, Tenancy], found: Sweep, now: datetime, remove_all: bool
) -> None:
    """Remove orphans whose time is over and that are orphans still. More than one in a hundred, or more than there are
    files with rows, look like a database that was set back or is another one."""
    before = now - REMOVED_AFTER
    due = [each for each in found.orphans if each.written_at < before]
    likely = max(FEW, found.objects // 100)
    if not remove_all and (len(due) > likely or len(due) > found.claimed.total()):
        found.kept_back = len(due)
        return
    for each in due:
        if _is_orphan(store, tenancies, each.key, before):
            try:
                store.delete(each.key)
            except ObjectLocked:
                log.warning("orphan_locked", key=each.key)
            else:
                found.removed += 1
                log.info("orphan_removed", key=each.key, size=each.size, written_at=each.written_at.isoformat())


def _is_orphan(store: Store, tenancies: Mapping[UUID, Tenancy], key: str, before: datetime) -> bool:
    """Whether nobody claims the object now, and nobody has written it anew."""
    for tenancy in tenancies.values():
        with acting_as(tenancy):
            if find_claim(key) is not None:
                return False
    try:
        return store.describe(key).written_at < before
    except ObjectMissing:
        return False
