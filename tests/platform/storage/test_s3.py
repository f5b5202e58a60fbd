"""What is particular to buckets: signatures, versions, locks, encryption, servers that are away."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from threading import Thread

import boto3
import pytest

from portal.platform.storage.errors import ObjectLocked, StorageUnavailable, UploadMissing
from portal.platform.storage.s3 import S3Store
from tests.platform.storage.conftest import client, in_bucket
from tests.platform.storage.servers import free_port
from tests.platform.storage.writing import PDF, digest_of


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
