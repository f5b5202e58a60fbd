"""What is particular to buckets: signatures, versions, locks, encryption, servers that are away."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
import time_machine
from werkzeug.http import parse_options_header

from portal.platform.storage.errors import ObjectLocked, StorageUnavailable, UploadMissing
from portal.platform.storage.s3 import S3Store
from tests.platform.storage.conftest import client, in_bucket
from tests.platform.storage.servers import free_port
from tests.platform.storage.writing import PDF, digest_of

NOT_OURS = (400, 401, 403)


def _refused(link: str, **headers: str) -> int:
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(link, headers=headers))
    assert PDF[:20] not in refused.value.read()
    return refused.value.code


@pytest.mark.parametrize("kind", ["bucket", "signed"])
def test_a_link_downloads_an_attachment_with_its_name(request: pytest.FixtureRequest, kind: str, key: str) -> None:
    store: S3Store = request.getfixturevalue(kind)
    store.put(key, PDF, "application/octet-stream")
    link = store.signed_link(key, "Übersicht 2025 “Q4”.pdf", seconds=30, digest=digest_of(PDF))

    with urlopen(link) as answer:
        assert answer.read() == PDF
        kept, options = parse_options_header(answer.headers["Content-Disposition"])
        assert kept == "attachment"
        assert options["filename"] == "Übersicht 2025 “Q4”.pdf"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert "X-Amz-Expires=30" in link
    assert "AWS4-HMAC-SHA256" in link


@pytest.mark.parametrize("kind", ["bucket", "signed"])
def test_a_link_gives_ranges(request: pytest.FixtureRequest, kind: str, key: str) -> None:
    store: S3Store = request.getfixturevalue(kind)
    store.put(key, PDF, "application/pdf")
    with urlopen(Request(store.signed_link(key, "a.pdf"), headers={"Range": "bytes=10-19"})) as answer:
        assert answer.read() == PDF[10:20]
        assert answer.status == 206 or kind == "signed"  # rclone says 200 to a part
        assert answer.headers["Content-Range"] == f"bytes 10-19/{len(PDF)}"
    assert _refused(store.signed_link(key, "a.pdf"), Range=f"bytes={len(PDF)}-") == 416


def test_a_changed_link_opens_nothing(signed: S3Store, key: str) -> None:
    signed.put(key, PDF, "application/pdf")
    signed.put(f"{key}.other", PDF, "application/pdf")
    link = signed.signed_link(key, "a.pdf", seconds=30)

    assert _refused(link[:-2] + ("00" if not link.endswith("00") else "11")) in NOT_OURS
    assert _refused(link.replace(key, f"{key}.other")) in NOT_OURS
    assert _refused(link.replace("X-Amz-Expires=30", "X-Amz-Expires=3000")) in NOT_OURS
    assert _refused(link.partition("?")[0]) in NOT_OURS
    with urlopen(link) as answer:
        assert answer.read() == PDF


def test_a_link_that_has_expired_opens_nothing(signed: S3Store, key: str) -> None:
    signed.put(key, PDF, "application/pdf")
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=61)):
        link = signed.signed_link(key, "a.pdf", seconds=60)

    assert _refused(link) in NOT_OURS


def test_wrong_credentials_open_nothing(
    rclone_address: str, signed: S3Store, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed.put(key, PDF, "application/pdf")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # which remembers the right one
    stranger = in_bucket(rclone_address, "plain")
    stranger._prefix = signed._prefix

    for use in (stranger.get, stranger.stream, stranger.exists, stranger.delete):
        with pytest.raises(StorageUnavailable):
            use(key)
    with pytest.raises(StorageUnavailable):
        stranger.put(key, b"another", "application/pdf")
    with pytest.raises(StorageUnavailable):
        list(stranger.list_objects())
    with pytest.raises(StorageUnavailable):
        stranger.begin_upload(key, "application/pdf")
    with pytest.raises(StorageUnavailable):
        stranger.check()
    assert _refused(stranger.signed_link(key, "a.pdf")) in NOT_OURS
    assert signed.get(key) == PDF


def test_deleting_takes_every_version_along(versioned: S3Store, key: str, moto_address: str) -> None:
    for content in (b"one", b"two", b"three"):
        versioned.put(key, content, "text/plain")
    versioned.put(f"{key}.other", b"stays", "text/plain")
    versioned.delete(key)
    versioned.delete(key)

    listed = client(moto_address).list_object_versions(Bucket="versioned", Prefix=versioned._prefix)
    assert [each["Key"] for each in listed["Versions"]] == [versioned._name(f"{key}.other")]
    assert listed.get("DeleteMarkers", []) == []


def test_what_is_put_for_good_stays_where_the_bucket_locks(locked: S3Store, key: str) -> None:
    assert locked.put_for_good(key, PDF, "application/pdf").digest == digest_of(PDF)
    locked.put_for_good(key, PDF, "application/pdf")

    with pytest.raises(ObjectLocked):
        locked.delete(key)
    assert locked.get(key) == PDF
    assert [each.key for each in locked.list_objects()] == [key]


@pytest.mark.parametrize("kind", ["bucket", "signed"])
def test_a_bucket_without_locks_keeps_it_all_the_same(request: pytest.FixtureRequest, kind: str, key: str) -> None:
    store: S3Store = request.getfixturevalue(kind)
    store.put_for_good(key, PDF, "application/pdf")

    assert store.get(key) == PDF


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"encryption": "AES256"}, ("AES256", None)),
        ({"encryption": "aws:kms", "kms_key": "alias/portal"}, ("aws:kms", "alias/portal")),
    ],
)
def test_what_is_written_is_encrypted_as_asked(
    moto_address: str, key: str, options: dict[str, str], expected: tuple[str, str | None]
) -> None:
    store = in_bucket(moto_address, "plain", **options)
    store.put(key, PDF, "application/pdf")
    store.put_for_good(f"{key}.good", PDF, "application/pdf")
    upload = store.begin_upload(f"{key}.parts", "application/pdf")
    store.put_part(f"{key}.parts", upload, 1, PDF)
    store.complete_upload(f"{key}.parts", upload)

    for name in (key, f"{key}.good", f"{key}.parts"):
        found = client(moto_address).head_object(Bucket="plain", Key=store._name(name))
        assert (found["ServerSideEncryption"], found.get("SSEKMSKeyId")) == expected


def test_a_bucket_that_went_away_is_unavailable_not_empty(moto_address: str, key: str) -> None:
    store = in_bucket(moto_address, "nowhere")

    for use in (store.get, store.stream, store.exists, store.describe):
        with pytest.raises(StorageUnavailable):
            use(key)
    with pytest.raises(StorageUnavailable):
        list(store.list_objects())
    with pytest.raises(StorageUnavailable):
        store.drop_unfinished(datetime.now(UTC))
    with pytest.raises(StorageUnavailable, match="nowhere"):
        store.check()


def test_a_server_that_is_down_is_unavailable(credentials: None, key: str) -> None:
    store = in_bucket(f"http://127.0.0.1:{free_port()}", "plain")

    with pytest.raises(StorageUnavailable):
        store.put(key, PDF, "application/pdf")
    with pytest.raises(StorageUnavailable):
        store.exists(key)
    with pytest.raises(StorageUnavailable):
        store.begin_upload(key, "application/pdf")


def test_a_server_that_breaks_off_is_unavailable_not_short(credentials: None, key: str) -> None:
    """It promises a hundred bytes, sends ten and goes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        store = in_bucket(f"http://127.0.0.1:{server.getsockname()[1]}", "plain")

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nETag: "x"\r\n\r\n' + bytes(10))

        serving = Thread(target=serve)
        serving.start()
        blocks = store.stream(key)
        with pytest.raises(StorageUnavailable):
            b"".join(blocks)
        serving.join()


def test_a_foreign_upload_is_none(bucket: S3Store, key: str) -> None:
    with pytest.raises(UploadMissing):
        bucket.list_parts(key, "never-begun")
