"""Files of a directory: written beside and renamed, read, listed in the order of their keys."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TypeVar

from portal.platform.storage.errors import StorageUnavailable
from portal.platform.storage.interface import CHUNK, ListedObject, is_key

T = TypeVar("T")


@contextmanager
def explained(key: str) -> Iterator[None]:
    """Name an error of the operating system, and the object it met."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"The file store failed on {key!r}: {error.strerror or error}.") from error


def write_beside(incoming: Path, target: Path, write: Callable[[IO[bytes]], T], *, mode: int = 0o600) -> T:
    """Let `write` fill a file in `incoming`, bring it to the disk, then rename it to `target`: readers see the old
    content or the new, and a crash loses neither. What `write` answers."""
    with tempfile.NamedTemporaryFile(dir=incoming, prefix=".", delete=False) as beside:
        try:
            answer = write(beside)
            beside.flush()
            os.fchmod(beside.fileno(), mode)
            os.fsync(beside.fileno())
            os.replace(beside.name, target)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(beside.name)
            raise
    _sync_directory(target.parent)
    return answer


def write_blocks(blocks: Iterable[bytes], file: IO[bytes]) -> int:
    """Write `blocks` to an open file; how many bytes they have."""
    return sum(file.write(block) for block in blocks)


def read_blocks(opened: IO[bytes], start: int, end: int | None) -> Generator[bytes]:
    """Bytes `start` to before `end` of an open file, which is closed at the end."""
    with opened:
        opened.seek(start)
        left = float("inf") if end is None else end - start
        while left > 0 and (block := opened.read(int(min(CHUNK, left)))):
            left -= len(block)
            yield block


def list_files(root: Path, prefix: str) -> Iterator[ListedObject]:
    """The files below `root` whose path is a key that begins with `prefix`, as keys sort."""
    return _list(root, "", prefix)


def _list(directory: Path, base: str, prefix: str) -> Iterator[ListedObject]:
    with os.scandir(directory) as entries:  # names alone: a folder may hold a hundred thousand
        names = sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries if is_key(entry.name))
    for name in names:
        key = base + name
        if name.endswith("/"):
            if key.startswith(prefix) or prefix.startswith(key):
                yield from _list(directory / name, key, prefix)
        elif key.startswith(prefix):
            with suppress(FileNotFoundError):  # deleted since
                yield described(key, directory / name)


def described(key: str, path: Path) -> ListedObject:
    """What is known of the file at `path`; FileNotFoundError."""
    found = path.stat()
    return ListedObject(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _sync_directory(directory: Path) -> None:
    """Make a rename last through a power cut: the directory is written too."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
