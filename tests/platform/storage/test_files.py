"""What is particular to files in a directory."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.platform.storage.errors import (
    ObjectLocked,
    ObjectMissing,
    StorageUnavailable,
)
from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import attachment
from tests.platform.storage.writing import MIB, PDF, digest_of

FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from portal.platform.storage.errors import StorageUnavailable
from portal.platform.storage.files import FileStore
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))  # a file that grows past it is refused as by a full disk
store = FileStore(Path(sys.argv[1]))
upload = store.begin_upload("parts/one", "text/plain")
for write in (
    lambda: store.put("large/one", bytes(2 << 20), "text/plain"),
    lambda: store.put("small/one", bytes(2 << 20), "text/plain"),
    lambda: store.put_part("parts/one", upload, 1, bytes(2 << 20)),
):
    try:
        write()
    except StorageUnavailable as error:
        print(error)
print(store.list_parts("parts/one", upload), store.put("small/two", b"fits", "text/plain").size)
"""
WRITE_FOREVER = """
import sys
from pathlib import Path
from portal.platform.storage.files import FileStore
class Endless:
    told = False
    def read(self, size):
        if not self.told:
            self.told = bool(print("writing", flush=True)) or True
        return bytes(size)
FileStore(Path(sys.argv[1])).put(sys.argv[2], Endless(), "text/plain")
"""


@pytest.mark.parametrize("name", ['a".pdf', "a\r\nSet-Cookie: x=1.pdf", "a\\b.pdf", "naïve.pdf"])
def test_no_file_name_breaks_out_of_its_header(name: str) -> None:
    header = attachment(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_failed_write_leaves_the_old_content_and_no_rest(files: FileStore, key: str) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(28, "No space left on device")
            return super().read(10)

    files.put(key, b"old", "text/plain")
    with pytest.raises(StorageUnavailable, match="No space left"):
        files.put(key, Torn(PDF), "text/plain")

    assert files.get(key) == b"old"
    assert [path.name for path in files.root.rglob("*") if path.is_file()] == [Path(key).name]


def test_a_full_disk_is_told_and_leaves_nothing_half_written(files: FileStore) -> None:
    files.put("small/one", b"old", "text/plain")

    told = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, files.root], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert [line.partition(" on ")[2] for line in told[:3]] == [
        f"'{key}': File too large." for key in ("large/one", "small/one", "parts/one")
    ]
    assert told[3] == "[] 4"
    assert files.get("small/one") == b"old"
    assert [each.key for each in files.list_objects()] == ["small/one", "small/two"]
    assert [path for path in files.root.rglob("*") if path.is_file() and path.stat().st_size > MIB / 2] == []


def test_a_writer_that_is_killed_leaves_what_was_there_and_a_rest_that_is_dropped(files: FileStore, key: str) -> None:
    files.put(key, b"old", "text/plain")
    with subprocess.Popen(
        [sys.executable, "-c", WRITE_FOREVER, files.root, key], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        writer.kill()

    assert files.get(key) == b"old"
    assert [each.key for each in files.list_objects()] == [key]
    assert files.drop_unfinished(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert files.drop_unfinished(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert [path.name for path in files.root.rglob("*") if path.is_file()] == [Path(key).name]


def test_files_are_closed_to_other_users_of_the_machine(files: FileStore, key: str) -> None:
    files.put(key, PDF, "application/pdf")
    upload = files.begin_upload(key, "application/pdf")
    files.put_part(key, upload, 1, PDF)

    assert files.path(key).stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in files.root.rglob("*"))


def test_what_is_put_for_good_stays(files: FileStore, key: str) -> None:
    assert files.put_for_good(key, PDF, "application/pdf").digest == digest_of(PDF)
    assert files.put_for_good(key, PDF, "application/pdf").digest == digest_of(PDF)
    upload = files.begin_upload(key, "application/pdf")
    files.put_part(key, upload, 1, b"another")

    with pytest.raises(ObjectLocked):
        files.put(key, b"another", "application/pdf")
    with pytest.raises(ObjectLocked):
        files.put_for_good(key, b"another", "application/pdf")
    with pytest.raises(ObjectLocked):
        files.complete_upload(key, upload)
    with pytest.raises(ObjectLocked):
        files.delete(key)
    assert files.get(key) == PDF


def test_files_of_others_are_no_objects(files: FileStore, key: str) -> None:
    files.put(key, PDF, "application/pdf")
    (files.root / "lost+found").mkdir(mode=0)
    (files.root / ".DS_Store").touch()
    (files.root / "Read me first.txt").touch()

    assert [each.key for each in files.list_objects()] == [key]


def test_a_directory_that_went_away_is_unavailable_not_empty(files: FileStore, key: str) -> None:
    files.put(key, PDF, "application/pdf")
    upload = files.begin_upload(key, "application/pdf")
    os.rename(files.root, files.root.with_name("unmounted"))

    for use in (files.get, files.stream, files.exists, files.describe, files.delete):
        with pytest.raises(StorageUnavailable, match="missing"):
            use(key)
    with pytest.raises(StorageUnavailable):
        files.put(key, b"x", "text/plain")
    with pytest.raises(StorageUnavailable):
        files.put_for_good(key, b"x", "text/plain")
    with pytest.raises(StorageUnavailable):
        files.begin_upload(key, "text/plain")
    with pytest.raises(StorageUnavailable):
        files.put_part(key, upload, 1, b"x")
    with pytest.raises(StorageUnavailable):
        list(files.list_objects())
    with pytest.raises(StorageUnavailable):
        files.drop_unfinished(datetime.now(UTC))
    with pytest.raises(StorageUnavailable):
        files.check()
    assert not files.root.exists()


def test_a_folder_is_no_object(files: FileStore) -> None:
    files.put("a/b/c", b"x", "text/plain")

    for use in (files.get, files.stream, files.describe):
        with pytest.raises(ObjectMissing):
            use("a/b")
