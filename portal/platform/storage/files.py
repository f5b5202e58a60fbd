"""Files in a directory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from portal.platform.storage.digests import blocks_of, checked, measure
from portal.platform.storage.directory import (
    described,
    explained,
    list_files,
    read_blocks,
    write_beside,
    write_blocks,
)
from portal.platform.storage.errors import ObjectLocked, ObjectMissing
from portal.platform.storage.file_uploads import FileUploads
from portal.platform.storage.interface import (
    ListedObject,
    StoredObject,
    check_range,
    checked_key,
)

FOR_GOOD = 0o400  # nobody may write: the mark of what was put for good, which holds for us too where we are root


class FileStore(FileUploads):
    """A store in the directory `root`."""

    def put(self, key: str, content: bytes | BinaryIO, content_type: str) -> StoredObject:  # noqa: ARG002 - see below
        """Write beside, sync, then rename: readers see the old content or the new, and a crash loses neither.

        The content type is not kept: the name of the file says it.
        """
        self.check()
        self._refuse_locked(key)
        return self._write(key, io.BytesIO(content) if isinstance(content, bytes) else content)

    def put_unjudged(self, key: str, content: bytes | BinaryIO, content_type: str) -> int:  # noqa: ARG002 - as above
        """Write as `put` does, without a digest."""
        self.check()
        self._refuse_locked(key)
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        with explained(key):
            return write_beside(self._incoming(), self.target(key), lambda file: write_blocks(blocks_of(source), file))

    def put_for_good(self, key: str, content: bytes, content_type: str) -> StoredObject:  # noqa: ARG002 - as above
        """Write a file that this store will neither change nor delete; the same content again is no error."""
        self.check()
        try:
            self._refuse_locked(key)
        except ObjectLocked:
            digest = hashlib.sha256(content).hexdigest()
            if measure(self.stream(key))[0] != digest:
                raise
            return StoredObject(key, digest, len(content))
        return self._write(key, io.BytesIO(content), FOR_GOOD)

    def complete_upload(self, key: str, upload: str) -> int:
        """Write the parts one after the other into the object; UploadRefused, UploadMissing, ObjectLocked."""
        self._refuse_locked(key)
        return super().complete_upload(key, upload)

    def get(self, key: str, digest: str | None = None) -> bytes:
        """The whole content; ObjectMissing when there is none, ObjectDamaged when it has not the `digest` expected."""
        return b"".join(self.stream(key, digest=digest))

    def stream(self, key: str, start: int = 0, end: int | None = None, *, digest: str | None = None) -> Iterator[bytes]:
        """The content in blocks; the file is opened, or found missing, by this call."""
        check_range(start, end, digest)
        with self._reading(key):
            opened = self.path(key).open("rb")
        blocks = self._blocks(key, read_blocks(opened, start, end))
        return blocks if digest is None else checked(key, blocks, digest)

    def describe(self, key: str) -> ListedObject:
        """Size and time of the file; ObjectMissing when there is none."""
        with self._reading(key):
            if not self.path(key).is_file():
                raise FileNotFoundError
            return described(key, self.path(key))

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`."""
        path = self.path(key)
        self.check()
        return path.is_file()

    def delete(self, key: str) -> None:
        """Remove the object; a key that has none is no error. ObjectLocked where it was put for good."""
        with suppress(ObjectMissing), self._reading(key):
            self._refuse_locked(key)
            self.path(key).unlink()

    def list_objects(self, prefix: str = "") -> Iterator[ListedObject]:
        """The files whose key begins with `prefix`, as keys sort; a file that is no object of ours is left out."""
        self.check()
        with explained(prefix):
            yield from list_files(self.root, prefix)

    def path(self, key: str) -> Path:
        """Where the object lies or would lie; KeyRefused for a key that would lead out of the directory."""
        return self.root / checked_key(key)

    def _write(self, key: str, source: BinaryIO, mode: int = 0o600) -> StoredObject:
        with explained(key):
            target = self.target(key)
            written = write_beside(
                self._incoming(), target, lambda file: measure(blocks_of(source), file.write), mode=mode
            )
        return StoredObject(key, *written)

    def _refuse_locked(self, key: str) -> None:
        """ObjectLocked where something was put for good under this key."""
        path = self.path(key)
        if path.is_file() and not path.stat().st_mode & 0o200:
            raise ObjectLocked(key)

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        """Tell a missing object from a missing directory (a disk that is not mounted)."""
        with explained(key):
            try:
                yield
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
                self.check()
                raise ObjectMissing(key) from error

    def _blocks(self, key: str, blocks: Generator[bytes]) -> Generator[bytes]:
        with self._reading(key):
            yield from blocks
