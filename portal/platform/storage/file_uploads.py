"""Objects of a directory that arrive in parts."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from portal.platform.storage.digests import blocks_of
from portal.platform.storage.directory import explained, write_beside, write_blocks
from portal.platform.storage.errors import StorageUnavailable, UploadMissing
from portal.platform.storage.interface import (
    Part,
    check_parts,
    checked_key,
    checked_number,
    upload_id_of,
    upload_name,
)

# A key's segment never starts with a dot: what is being written cannot be asked for.
INCOMING = ".incoming"


class FileUploads:
    """Uploads below `root`: a folder each, a file per part, until they are one object."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def begin_upload(self, key: str, content_type: str) -> str:  # noqa: ARG002 - a directory keeps no types
        """Make the folder of the parts."""
        upload = upload_name(key, secrets.token_hex(16))
        with explained(key):
            (self._incoming() / upload).mkdir(mode=0o700)
        return upload

    def put_part(self, key: str, upload: str, number: int, content: bytes) -> Part:
        """Write a part, whole or not at all; UploadMissing."""
        folder = self._folder(key, upload)
        name = f"{checked_number(number):05d}"
        with explained(key):
            try:
                write_beside(folder, folder / name, lambda file: file.write(content))
            except FileNotFoundError as error:  # aborted meanwhile
                raise UploadMissing(key) from error
        return Part(number, len(content))

    def list_parts(self, key: str, upload: str) -> list[Part]:
        """The parts that are there, by number; UploadMissing."""
        return [Part(int(path.name), path.stat().st_size) for path in self._parts(key, upload)]

    def complete_upload(self, key: str, upload: str) -> int:
        """Write the parts one after the other into the object; UploadRefused, UploadMissing."""
        check_parts(self.list_parts(key, upload))
        blocks, target = _blocks(self._parts(key, upload)), self.target(key)
        with explained(key):
            try:
                size = write_beside(self._incoming(), target, lambda file: write_blocks(blocks, file))
            except FileNotFoundError as error:  # aborted meanwhile
                raise UploadMissing(key) from error
            shutil.rmtree(self._folder(key, upload))
        return size

    def abort_upload(self, key: str, upload: str) -> None:
        """Remove the folder of an upload; one that is not there is no error."""
        with explained(key), suppress(UploadMissing, FileNotFoundError):
            shutil.rmtree(self._folder(key, upload))

    def drop_unfinished(self, before: datetime) -> int:
        """Remove files and uploads on their way that nobody has touched since `before`; how many."""
        self.check()
        with explained(INCOMING):
            left = [path for path in self._incoming().iterdir() if _touched(path) < before.timestamp()]
            for path in left:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        return len(left)

    def target(self, key: str) -> Path:
        """Where the object of `key` is to lie, its folder made; KeyRefused for a key that would lead out of the
        directory."""
        target = self.root / checked_key(key)
        with explained(key):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return target

    def check(self) -> None:
        """Nothing when the directory is there and may be written, StorageUnavailable otherwise."""
        if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            raise StorageUnavailable(f"The storage directory {self.root} is missing or may not be written.")

    def _incoming(self) -> Path:
        folder = self.root / INCOMING
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def _folder(self, key: str, upload: str) -> Path:
        """The folder of an upload of this very key; UploadMissing where there is none."""
        self.check()
        folder = self.root / INCOMING / upload
        if not upload_id_of(key, upload).isalnum() or not folder.is_dir():
            raise UploadMissing(key)
        return folder

    def _parts(self, key: str, upload: str) -> list[Path]:
        with explained(key):
            return sorted(path for path in self._folder(key, upload).iterdir() if path.name.isdigit())


def _blocks(parts: list[Path]) -> Iterator[bytes]:
    for path in parts:
        with path.open("rb") as part:
            yield from blocks_of(part)


def _touched(path: Path) -> float:
    """When a file was last written, or the last part of an upload came; now for what is gone by now."""
    try:
        return os.stat(path).st_mtime
    except FileNotFoundError:
        return float("inf")
