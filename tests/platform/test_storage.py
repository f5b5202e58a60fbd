"""One contract for every store, and what is particular to each."""

import hashlib
import io
import os
import secrets
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest
import time_machine
from moto.server import ThreadedMotoServer
from werkzeug.http import parse_options_header

from portal.platform.storage.errors import (
    KeyRefused,
    LinkRefused,
    ObjectMissing,
    StorageUnavailable,
)
from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import Store, attachment
from portal.platform.storage.opening import open_store

LINK_BASE = "https://portal.example/files/"
PDF = b"%PDF-1.7 " + bytes(range(256)) * 1_000
BAD_KEYS = [
    "",
    "/etc/passwd",
    "../secret",
    "a/../../secret",
    "a//b",
    "a/",
    ".incoming/x",
    "a b",
    "a\x00",
    "ü",
    "k" * 256,
]


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """The address of an S3 that answers over real HTTP, with one bucket."""
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="portal")
    yield address
    server.stop()
    patch.undo()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    store = open_store(f"file://{tmp_path}/store", secret_key="s" * 32, link_base=LINK_BASE)
    assert isinstance(store, FileStore)
    return store


@pytest.fixture
def bucket(s3_server: str) -> Store:
    url = f"s3://portal/tests/one?endpoint_url={s3_server}&region=us-east-1"
    return open_store(url, secret_key="s" * 32, link_base=LINK_BASE)


@pytest.fixture(params=["files", "bucket"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def key() -> str:
    return f"statements/{secrets.token_hex(16)}.pdf"


def test_what_was_put_comes_back_with_its_digest(store: Store, key: str) -> None:
    kept = store.put(key, PDF, "application/pdf")

    assert (kept.key, kept.digest, kept.size) == (key, hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert store.exists(key)
    assert store.get(key) == PDF
    blocks = list(store.stream(key))
    assert b"".join(blocks) == PDF
    assert len(blocks) > 1
    assert max(map(len, blocks)) <= 64 * 1024


def test_an_open_file_is_kept_from_where_it_stands(store: Store, key: str) -> None:
    source = io.BytesIO(b"header" + PDF)
    source.seek(len(b"header"))

    kept = store.put(key, source, "application/pdf")

    assert kept.digest == hashlib.sha256(PDF).hexdigest()
    assert store.get(key) == PDF


@pytest.mark.parametrize("content", [b"", b"\x00"])
def test_small_and_empty_contents_are_kept(store: Store, key: str, content: bytes) -> None:
    assert store.put(key, content, "text/csv").size == len(content)
    assert store.get(key) == content
    assert b"".join(store.stream(key)) == content


def test_the_same_key_again_keeps_the_last_content(store: Store, key: str) -> None:
    store.put(key, b"first, and longer", "text/plain")
    store.put(key, b"second", "text/plain")

    assert store.get(key) == b"second"


def test_deleting_twice_is_no_error(store: Store, key: str) -> None:
    store.put(key, PDF, "application/pdf")
    store.delete(key)
    store.delete(key)

    assert not store.exists(key)


def test_a_missing_object_has_a_name(store: Store, key: str) -> None:
    assert not store.exists(key)
    with pytest.raises(ObjectMissing) as refused:
        store.get(key)
    assert refused.value.key == key
    with pytest.raises(ObjectMissing):
        store.stream(key)


@pytest.mark.parametrize("bad", BAD_KEYS)
def test_a_key_never_leads_elsewhere(store: Store, bad: str) -> None:
    for use in (store.get, store.stream, store.exists, store.delete):
        with pytest.raises(KeyRefused):
            use(bad)
    with pytest.raises(KeyRefused):
        store.put(bad, b"x", "text/plain")
    with pytest.raises(KeyRefused):
        store.signed_link(bad, "x.txt")


@pytest.mark.parametrize("seconds", [0, -1, 61, 3600])
def test_no_link_lives_longer_than_a_minute(store: Store, key: str, seconds: int) -> None:
    with pytest.raises(ValueError, match="1 to 60"):
        store.signed_link(key, "statement.pdf", seconds)


def test_a_usable_store_passes_its_check(store: Store) -> None:
    store.check()


def test_a_bucket_link_downloads_an_attachment_with_its_name(bucket: Store, key: str) -> None:
    bucket.put(key, PDF, "application/octet-stream")
    link = bucket.signed_link(key, "Übersicht 2025 “Q4”.pdf", seconds=30)

    with urlopen(link) as answer:
        assert answer.read() == PDF
        kind, options = parse_options_header(answer.headers["Content-Disposition"])
        assert kind == "attachment"
        assert options["filename"] == "Übersicht 2025 “Q4”.pdf"
        assert answer.headers["Content-Type"] == "application/pdf"
    assert "X-Amz-Expires=30" in link
    assert "AWS4-HMAC-SHA256" in link


@pytest.mark.parametrize("name", ['a".pdf', "a\r\nSet-Cookie: x=1.pdf", "a\\b.pdf", "naïve.pdf"])
def test_no_file_name_breaks_out_of_its_header(name: str) -> None:
    header = attachment(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_file_link_opens_its_object_until_it_expires(files: FileStore, key: str) -> None:
    start = datetime(2026, 1, 31, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        link = files.signed_link(key, "Statement 2025.pdf", seconds=60)
        token = link.removeprefix(LINK_BASE)
        assert "/" not in token
        clock.move_to(start + timedelta(seconds=59))
        assert files.resolve(token) == (key, "Statement 2025.pdf")
        clock.move_to(start + timedelta(seconds=60))
        with pytest.raises(LinkRefused, match="expired"):
            files.resolve(token)


def test_a_changed_or_foreign_token_opens_nothing(files: FileStore, key: str, tmp_path: Path) -> None:
    token = files.signed_link(key, "a.pdf").removeprefix(LINK_BASE)
    foreign = FileStore(tmp_path, "another secret", LINK_BASE).signed_link(key, "a.pdf")
    flipped = ("A" if token[0] != "A" else "B") + token[1:]

    for forged in ("", "x", flipped, token[:-2], foreign.removeprefix(LINK_BASE)):
        with pytest.raises(LinkRefused, match="not made by this portal"):
            files.resolve(forged)


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


def test_files_are_closed_to_other_users_of_the_machine(files: FileStore, key: str) -> None:
    files.put(key, PDF, "application/pdf")

    assert files.path(key).stat().st_mode & 0o077 == 0
    assert files.path(key).parent.stat().st_mode & 0o077 == 0


def test_a_directory_that_went_away_is_unavailable_not_empty(files: FileStore, key: str) -> None:
    files.put(key, PDF, "application/pdf")
    os.rename(files.root, files.root.with_name("unmounted"))

    for use in (files.get, files.stream, files.exists, files.delete):
        with pytest.raises(StorageUnavailable, match="missing"):
            use(key)
    with pytest.raises(StorageUnavailable):
        files.put(key, b"x", "text/plain")
    with pytest.raises(StorageUnavailable):
        files.check()
    assert not files.root.exists()


def test_a_bucket_that_went_away_is_unavailable_not_empty(s3_server: str, key: str) -> None:
    url = f"s3://nowhere?endpoint_url={s3_server}&region=us-east-1"
    store = open_store(url, secret_key="s", link_base=LINK_BASE)

    for use in (store.get, store.stream, store.exists):
        with pytest.raises(StorageUnavailable):
            use(key)
    with pytest.raises(StorageUnavailable, match="nowhere"):
        store.check()


def test_a_server_that_is_down_is_unavailable(s3_server: str, key: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    url = f"s3://portal?endpoint_url=http://127.0.0.1:{port}&region=us-east-1"
    store = open_store(url, secret_key="s", link_base=LINK_BASE)

    with pytest.raises(StorageUnavailable):
        store.put(key, PDF, "application/pdf")
    with pytest.raises(StorageUnavailable):
        store.exists(key)


@pytest.mark.parametrize(
    "url",
    [
        "file://relative/path",
        "file:///",
        "ftp://host/x",
        "s3://",
        "s3://bucket?colour=red",
        "",
    ],
)
def test_a_wrong_url_is_refused_with_its_mend(url: str) -> None:
    with pytest.raises(ValueError, match="STORAGE_URL"):
        open_store(url, secret_key="s", link_base=LINK_BASE)
