"""Where the heads of a chain are kept outside the database, so that nobody who can write the one rewrites both.

Beside a file store that is a log per firm; beside a bucket an object per head, locked where the bucket has locks.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from portal.platform.resources import Resources
from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import Store

FOLDER = "anchors"
LONGEST_LINE = 512
DIGITS = 12  # of a number in an object's key, so that keys sort as numbers do


@dataclass(frozen=True, slots=True)
class Head:
    """A link of a chain: its number, its hash, when it was made (seconds since 1970, as text)."""

    number: int
    hash: bytes
    at: str


class Anchor(Protocol):
    """Keeps heads for good. Keeping one twice is the same as once; another hash under a known number stays visible."""

    def keep(self, firm_id: UUID, heads: Iterable[Head]) -> None:
        """Add heads, in the order of their numbers; they are on disk or in the bucket when this returns."""
        ...

    def last_number(self, firm_id: UUID) -> int:
        """The highest number kept, 0 where there is none."""
        ...

    def read(self, firm_id: UUID) -> Mapping[int, frozenset[bytes]]:
        """Everything kept: number → hashes. A line nobody can read stands under the number 0."""
        ...


class FileAnchor:
    """A log per firm in `directory`: one line `number hash moment` per head, only ever added to."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def keep(self, firm_id: UUID, heads: Iterable[Head]) -> None:
        """Append the heads that are new, and wait for the disk."""
        lines = list(heads)
        if not lines:
            return
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone(firm_id) as descriptor:
            _drop_unfinished(descriptor)
            last = self.last_number(firm_id)
            text = "".join(f"{head.number} {head.hash.hex()} {head.at}\n" for head in lines if head.number > last)
            os.lseek(descriptor, 0, os.SEEK_END)
            os.write(descriptor, text.encode())
            os.fsync(descriptor)

    def last_number(self, firm_id: UUID) -> int:
        """The number of the last whole line; only the end of the log is read."""
        path = self._path(firm_id)
        if not path.is_file():
            return 0
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LONGEST_LINE * 2))
            lines = log.read().split(b"\n")[:-1]
        return _parsed(lines[-1].decode(errors="replace"))[0] if lines else 0

    def read(self, firm_id: UUID) -> Mapping[int, frozenset[bytes]]:
        """Every whole line; one that was being written when the machine stopped does not count."""
        path = self._path(firm_id)
        text = path.read_text(errors="replace") if path.is_file() else ""
        return _gathered(_parsed(line) for line in text.splitlines(keepends=True) if line.endswith("\n"))

    def _path(self, firm_id: UUID) -> Path:
        return self.directory / f"{firm_id}.log"

    @contextmanager
    def _alone(self, firm_id: UUID) -> Iterator[int]:
        """The log, opened for one process at a time."""
        descriptor = os.open(self._path(firm_id), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


class ObjectAnchor:
    """An object per head in a bucket. The key says all, so that nothing is ever written over."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[UUID, int] = {}

    def keep(self, firm_id: UUID, heads: Iterable[Head]) -> None:
        """Put an object for each head."""
        for head in heads:
            key = f"{FOLDER}/{firm_id}/{head.number:0{DIGITS}d}-{head.hash.hex()}"
            content = f"{head.number} {head.hash.hex()} {head.at}\n".encode()
            self._store.put_for_good(key, content, "text/plain")
            self._last[firm_id] = head.number

    def last_number(self, firm_id: UUID) -> int:
        """The highest number; the bucket is asked once per process."""
        if firm_id not in self._last:
            self._last[firm_id] = max(self.read(firm_id), default=0)
        return self._last[firm_id]

    def read(self, firm_id: UUID) -> Mapping[int, frozenset[bytes]]:
        """What the keys of the firm say."""
        found = self._store.list_objects(f"{FOLDER}/{firm_id}/")
        return _gathered(_parsed(each.key.rpartition("/")[2].replace("-", " ")) for each in found)


def open_anchor(given: Resources) -> Anchor:
    """The anchor of a portal: beside its bucket, or in its data directory where files are kept on a disk."""
    if isinstance(given.store, FileStore):
        return FileAnchor(given.settings.data_dir / "anchor")
    return ObjectAnchor(given.store)


def _parsed(line: str) -> tuple[int, bytes]:
    number, _, rest = line.partition(" ")
    try:
        return int(number), bytes.fromhex(rest.split()[0])
    except (ValueError, IndexError):
        return 0, line.encode()


def _gathered(pairs: Iterable[tuple[int, bytes]]) -> Mapping[int, frozenset[bytes]]:
    found: dict[int, set[bytes]] = {}
    for number, digest in pairs:
        found.setdefault(number, set()).add(digest)
    return {number: frozenset(digests) for number, digests in found.items()}


def _drop_unfinished(descriptor: int) -> None:
    """Cut a last line off that has no end: it was being written when the machine stopped, and is written again."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    content = os.pread(descriptor, size, 0)
    whole = content.rfind(b"\n") + 1
    if whole != size:
        os.ftruncate(descriptor, whole)
