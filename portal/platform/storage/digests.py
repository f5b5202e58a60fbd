"""The digest of what is written, and the check of what is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import BinaryIO

import structlog

from portal.platform.storage.errors import ObjectDamaged
from portal.platform.storage.interface import CHUNK

log = structlog.get_logger(__name__)


def blocks_of(source: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file, block by block."""
    while block := source.read(CHUNK):
        yield block


def measure(blocks: Iterable[bytes], write: Callable[[bytes], object] | None = None) -> tuple[str, int]:
    """The SHA-256 in hex and the number of bytes of `blocks`, each of which is handed to `write` on the way."""
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
        if write is not None:
            write(block)
    return digest.hexdigest(), size


def checked(key: str, blocks: Generator[bytes], digest: str) -> Iterator[bytes]:
    """`blocks` as they come, the last of them only once the digest of them all is `digest`; ObjectDamaged instead of it
    where it is another, which the log is told too."""
    running, held = hashlib.sha256(), b""
    with closing(blocks):
        for block in blocks:
            if held:
                yield held
            running.update(block)
            held = block
    if running.hexdigest() != digest:
        log.error("object_damaged", key=key, expected=digest, found=running.hexdigest())
        raise ObjectDamaged(key)
    if held:
        yield held
