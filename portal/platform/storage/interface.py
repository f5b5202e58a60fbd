"""What every store can do, and the rules that hold for each of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from urllib.parse import quote

from portal.platform.storage.errors import KeyRefused, UploadMissing, UploadRefused

LONGEST_KEY = 255
CHUNK = 256 * 1024
SMALLEST_PART = 5 * 1024 * 1024  # of every part but the last
MOST_PARTS = 10_000
NEVER_CACHED = "private, no-store"
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What was written: its key, the SHA-256 of its content in hex, its size in bytes."""

    key: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class ListedObject:
    """What a store knows of an object without reading it: key, size in bytes, when it was written."""

    key: str
    size: int
    written_at: datetime


@dataclass(frozen=True, slots=True)
class GivenFile:
    """An object as it is given out: its key, the name it is saved by, the SHA-256 in hex that it must have."""

    key: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an upload that has arrived: its number from 1, its size in bytes."""

    number: int
    size: int


class Store(Protocol):
    """A place for files. Keys are random and chosen by the caller, and none is the folder of another; the same key
    written twice keeps the last content whole. Every method raises StorageUnavailable where the place does not
    answer."""

    def put(self, key: str, content: bytes | BinaryIO, content_type: str) -> StoredObject:
        """Keep `content` (bytes, or an open seekable file from where it stands) under `key`, whole or not at all;
        ObjectLocked where something was put there for good."""
        ...

    def put_unjudged(self, key: str, content: bytes | BinaryIO, content_type: str) -> int:
        """Keep `content` as `put` does, and answer its size alone: of what is judged before it is used, nobody needs a
        digest, which takes longer than the writing where the machine is busy."""
        ...

    def put_for_good(self, key: str, content: bytes, content_type: str) -> StoredObject:
        """Keep `content` under `key` so that neither `put` nor `delete` takes it away (ObjectLocked); the same content
        again is no error. The file store holds itself to that, a bucket where it was made with Object Lock."""
        ...

    def get(self, key: str, digest: str | None = None) -> bytes:
        """The whole content; ObjectMissing when there is none, ObjectDamaged when it has not the `digest` expected."""
        ...

    def stream(self, key: str, start: int = 0, end: int | None = None, *, digest: str | None = None) -> Iterator[bytes]:
        """The content from byte `start` to before `end` in blocks of 256 KiB or less; nothing past its end. The call,
        not its first block, raises ObjectMissing. With the `digest` of the whole (ValueError with a range) the last
        block comes only once it fits: ObjectDamaged comes instead, and nobody ever has all of a wrong content."""
        ...

    def describe(self, key: str) -> ListedObject:
        """Size and time of an object; ObjectMissing when there is none."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object for good, in a versioned bucket all its versions; a key that has none is no error, so that
        a repeated job ends well. ObjectLocked where it was put for good."""
        ...

    def list_objects(self, prefix: str = "") -> Iterator[ListedObject]:
        """The objects whose key begins with `prefix` in the order of their keys, fetched as they are needed."""
        ...

    def begin_upload(self, key: str, content_type: str) -> str:
        """Begin an object that arrives in parts, over as many requests as it takes; the upload's name. Nothing is to be
        seen under `key` before it is complete."""
        ...

    def put_part(self, key: str, upload: str, number: int, content: bytes) -> Part:
        """Keep part `number` (from 1 to 10,000) of an upload; the same part again is no error. UploadMissing."""
        ...

    def list_parts(self, key: str, upload: str) -> list[Part]:
        """The parts that have arrived, by number: where a broken upload goes on; UploadMissing."""
        ...

    def complete_upload(self, key: str, upload: str) -> int:
        """Make the object of its parts; its size. UploadRefused, and the upload stays, unless they are numbered from 1
        without a gap and all but the last have 5 MiB or more; UploadMissing."""
        ...

    def abort_upload(self, key: str, upload: str) -> None:
        """Throw an upload and its parts away; one that is not there is no error."""
        ...

    def drop_unfinished(self, before: datetime) -> int:
        """Throw away what writers left behind that were killed, and uploads that nobody went on with, begun before that
        moment; how many."""
        ...

    def check(self) -> None:
        """Nothing when the store can be used, StorageUnavailable with the reason otherwise."""
        ...


def is_key(text: str) -> bool:
    """Whether every store can hold an object under `text`: segments of letters, digits, `.`, `_` and `-` that start
    with a letter or digit, so no absolute path, no `..`, nothing hidden, nothing that needs quoting."""
    return len(text) <= LONGEST_KEY and _KEY.fullmatch(text) is not None


def checked_key(key: str) -> str:
    """`key` itself when every store can hold it; KeyRefused otherwise."""
    if not is_key(key):
        raise KeyRefused(f"{key!r} cannot be a key: use letters, digits, '.', '_', '-' and '/' between segments.")
    return key


def upload_name(key: str, upload_id: str) -> str:
    """The name of an upload, which says for which key it is."""
    return f"{hashlib.sha256(checked_key(key).encode()).hexdigest()[:32]}.{upload_id}"


def upload_id_of(key: str, upload: str) -> str:
    """The id in the name of an upload of this very key; UploadMissing where it is of another."""
    upload_id = upload.partition(".")[2]
    if not upload_id or upload != upload_name(key, upload_id):
        raise UploadMissing(key)
    return upload_id


def checked_number(number: int) -> int:
    """`number` itself when a part may have it; UploadRefused otherwise."""
    if not 1 <= number <= MOST_PARTS:
        raise UploadRefused(f"Parts are numbered from 1 to {MOST_PARTS:,}, not {number}.")
    return number


def check_parts(parts: Sequence[Part]) -> None:
    """Nothing when `parts`, by number, make an object in every store; UploadRefused otherwise."""
    if [part.number for part in parts] != list(range(1, len(parts) + 1)) or not parts:
        raise UploadRefused(f"Parts 1 to {parts[-1].number if parts else 1} are not all there.")
    small = next((part for part in parts[:-1] if part.size < SMALLEST_PART), None)
    if small is not None:
        raise UploadRefused(f"Part {small.number} has {small.size:,} bytes; all but the last need {SMALLEST_PART:,}.")


def check_range(start: int, end: int | None, digest: str | None) -> None:
    """Nothing when these bytes can be asked for; ValueError otherwise."""
    if start < 0 or (end is not None and end < start):
        raise ValueError(f"No bytes lie from {start} to before {end}.")
    if digest is not None and (start, end) != (0, None):
        raise ValueError("A digest is of the whole content; it says nothing of a range.")


def attachment(filename: str) -> str:
    """The Content-Disposition that saves a download as `filename` (RFC 6266, with a plain ASCII twin)."""
    plain = "".join(char if " " <= char < "\x7f" and char not in '"\\%' else "_" for char in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
