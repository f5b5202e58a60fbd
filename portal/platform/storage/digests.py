"""The digest of what is written, and the check of what is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import BinaryIO

import structlog

from portal.platform.storage.errors import ObjectDamaged
from portal.platform.storage.interface import CHUNK

log = structlog.get_logger(__name__)


class Digest:
    """A SHA-256 worked out beside what is done with the blocks meanwhile, one block behind; a thread is begun with the
    second, as most files have no more than one."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._beside: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def add(self, block: bytes) -> None:
        """Take in the next block; it must not change until the one after it is taken in."""
        if self._under_way is None:
            self._digest.update(block)
            self._under_way = Future()
            self._under_way.set_result(None)
            return
        self._under_way.result()
        self._beside = self._beside or ThreadPoolExecutor(1, "digest")
        self._under_way = self._beside.submit(self._digest.update, block)

    def hex(self) -> str:
        """The digest of all that was taken in."""
        if self._under_way is not None:
            self._under_way.result()
        return self._digest.hexdigest()

    def close(self) -> None:
        """End the thread."""
        if self._beside is not None:
            self._beside.shutdown()


def blocks_of(source: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file, block by block."""
    while block := source.read(CHUNK):
        yield block


def measure(blocks: Iterable[bytes], write: Callable[[bytes], object] | None = None) -> tuple[str, int]:
    """The SHA-256 in hex and the number of bytes of `blocks`, each of which is handed to `write` on the way."""
    size = 0
    with closing(Digest()) as digest:
        for block in blocks:
            digest.add(block)
            size += len(block)
            if write is not None:
                write(block)
        return digest.hex(), size


def checked(key: str, blocks: Generator[bytes], digest: str) -> Iterator[bytes]:
    """`blocks` as they come, the last of them only once the digest of them all is `digest`; ObjectDamaged instead of it
    where it is another, which the log is told too."""
    held = b""
    with closing(blocks), closing(Digest()) as running:
        for block in blocks:
            running.add(block)
            if held:
                yield held
            held = block
        found = running.hex()
    if found != digest:
        log.error("object_damaged", key=key, expected=digest, found=found)
        raise ObjectDamaged(key)
    if held:
        yield held
