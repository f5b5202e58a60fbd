"""Files in a directory, and links to them that this portal signs and serves itself."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from itsdangerous import BadData, URLSafeSerializer

from portal.platform import clock
from portal.platform.storage.errors import LinkRefused, ObjectMissing, StorageUnavailable
from portal.platform.storage.interface import (
    CHUNK,
    LONGEST_LINK,
    StoredObject,
    checked_key,
    checked_seconds,
)

# A key's segment never starts with a dot: what is being written cannot be asked for.
INCOMING = ".incoming"


class FileStore:
    """A store in the directory `root`; its links are `link_base` followed by a token that `resolve` reads."""

    def __init__(self, root: Path, secret_key: str, link_base: str) -> None:
        self.root = root.resolve()
        self._link_base = link_base
        self._signer = URLSafeSerializer(
            secret_key,
            salt="storage.link",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def put(self, key: str, content: bytes | BinaryIO, content_type: str) -> StoredObject:  # noqa: ARG002 - see below
        """Write beside, sync, then rename: readers see the old content or the new, and a crash loses neither.

        The content type is not kept: a link carries the name of the file, which says it.
        """
        target = self.path(key)
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        self.check()
        with _explained(key):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            incoming = self.root / INCOMING
            incoming.mkdir(exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as beside:
                try:
                    digest, size = _copy(source, beside)
                    os.replace(beside.name, target)
                except BaseException:
                    with suppress(FileNotFoundError):
                        os.unlink(beside.name)
                    raise
            _sync_directory(target.parent)
        return StoredObject(key, digest, size)

    def get(self, key: str) -> bytes:
        """The whole content; ObjectMissing when there is none."""
        with self._reading(key):
            return self.path(key).read_bytes()

    def stream(self, key: str) -> Iterator[bytes]:
        """The content in blocks; the file is opened, or found missing, by this call."""
        with self._reading(key):
            opened = self.path(key).open("rb")
        return self._blocks(key, opened)

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`."""
        path = self.path(key)
        self.check()
        return path.is_file()

    def delete(self, key: str) -> None:
        """Remove the object; a key that has none is no error."""
        with suppress(ObjectMissing), self._reading(key):
            self.path(key).unlink()

    def signed_link(self, key: str, filename: str, seconds: int = LONGEST_LINK) -> str:
        """`link_base` and a token that opens this object as `filename` until it expires."""
        expires = int(clock.now().timestamp()) + checked_seconds(seconds)
        return self._link_base + self._signer.dumps([checked_key(key), filename, expires])

    def resolve(self, token: str) -> tuple[str, str]:
        """Key and file name of a link's `token`; LinkRefused when it expired or is not ours."""
        try:
            key, filename, expires = self._signer.loads(token)
        except BadData as error:
            raise LinkRefused("This link was changed, or was not made by this portal.") from error
        if clock.now().timestamp() >= expires:
            raise LinkRefused("This link has expired; open the page again to get a new one.")
        return checked_key(key), filename

    def path(self, key: str) -> Path:
        """Where the object lies or would lie; KeyRefused for a key that would lead out of the directory."""
        return self.root / checked_key(key)

    def check(self) -> None:
        """Nothing when the directory is there and may be written, StorageUnavailable otherwise."""
        if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            raise StorageUnavailable(f"The storage directory {self.root} is missing or may not be written.")

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        """Tell a missing object from a missing directory (a disk that is not mounted)."""
        with _explained(key):
            try:
                yield
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                self.check()
                raise ObjectMissing(key) from error

    def _blocks(self, key: str, opened: IO[bytes]) -> Iterator[bytes]:
        with opened, self._reading(key):
            while block := opened.read(CHUNK):
                yield block


@contextmanager
def _explained(key: str) -> Iterator[None]:
    """Name an error of the operating system, and the object it met."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"The file store failed on {key!r}: {error.strerror or error}.") from error


def _copy(source: BinaryIO, target: IO[bytes]) -> tuple[str, int]:
    """Copy to the disk itself; the SHA-256 in hex and the number of bytes copied."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(CHUNK):
        digest.update(block)
        size += target.write(block)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _sync_directory(directory: Path) -> None:
    """Make a rename last through a power cut: the directory is written too."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
