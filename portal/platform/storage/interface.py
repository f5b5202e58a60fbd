"""What every store can do, and the rules that hold for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from urllib.parse import quote

from portal.platform.storage.errors import KeyRefused

LONGEST_LINK = 60
LONGEST_KEY = 255
CHUNK = 64 * 1024
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What was written: its key, the SHA-256 of its content in hex, its size in bytes."""

    key: str
    digest: str
    size: int


class Store(Protocol):
    """A place for files. Keys are random and chosen by the caller; the same key written twice keeps the
    last content whole. Every method raises StorageUnavailable when the place does not answer."""

    def put(self, key: str, content: bytes | BinaryIO, content_type: str) -> StoredObject:
        """Keep `content` (bytes, or an open seekable file from where it stands) under `key`, whole."""
        ...

    def get(self, key: str) -> bytes:
        """The whole content; ObjectMissing when there is none."""
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """The content in blocks of 64 KiB or less; the call, not its first block, raises ObjectMissing."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; a key that has none is no error, so that a repeated job ends well."""
        ...

    def signed_link(self, key: str, filename: str, seconds: int = LONGEST_LINK) -> str:
        """A link that downloads the object as an attachment named `filename`, for at most 60 seconds."""
        ...

    def check(self) -> None:
        """Nothing when the store can be used, StorageUnavailable with the reason otherwise."""
        ...


def checked_key(key: str) -> str:
    """`key` itself when every store can hold it; KeyRefused otherwise.

    Segments of letters, digits, `.`, `_` and `-` that start with a letter or digit: no absolute path,
    no `..`, nothing hidden, nothing that needs quoting.
    """
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise KeyRefused(f"{key!r} cannot be a key: use letters, digits, '.', '_', '-' and '/' between segments.")
    return key


def checked_seconds(seconds: int) -> int:
    """`seconds` itself when a signed link may live that long; ValueError otherwise."""
    if not 1 <= seconds <= LONGEST_LINK:
        raise ValueError(f"A signed link lives from 1 to {LONGEST_LINK} seconds, not {seconds}.")
    return seconds


def attachment(filename: str) -> str:
    """The Content-Disposition that saves a download as `filename` (RFC 6266, with a plain ASCII twin)."""
    plain = "".join(char if " " <= char < "\x7f" and char not in '"\\%' else "_" for char in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
