"""Every kind of store, empty, over real HTTP where it speaks it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
import pytest

from portal.platform.storage.files import FileStore
from portal.platform.storage.interface import Store
from portal.platform.storage.opening import open_store
from portal.platform.storage.s3 import S3Store
from tests.platform.storage.servers import KEY_ID, SECRET, moto, rclone

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="package")
def credentials() -> Iterator[None]:
    """What boto3 finds in its environment."""
    patch = pytest.MonkeyPatch()
    _enter(patch)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _same_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for each test, whatever others set for longer than one."""
    _enter(monkeypatch)


def _enter(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.delenv("AWS_SESSION_TOKEN", raising=False)
    patch.setattr(boto3, "DEFAULT_SESSION", None)  # which remembers whose credentials it found first


def client(address: str) -> S3Client:
    """A client of the server at `address`."""
    return boto3.client("s3", endpoint_url=address, region_name="us-east-1")


@pytest.fixture(scope="package")
def moto_address(credentials: None) -> Iterator[str]:
    """An S3 with a plain bucket, one that keeps versions, and one that locks."""
    with moto() as address:
        s3 = client(address)
        s3.create_bucket(Bucket="plain")
        s3.create_bucket(Bucket="versioned")
        s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
        s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
        yield address


@pytest.fixture(scope="package")
def rclone_address(credentials: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An S3 with a plain bucket that refuses what is not signed as it should be."""
    directory = tmp_path_factory.mktemp("rclone")
    (directory / "plain").mkdir()
    with rclone(directory) as address:
        yield address


def in_bucket(address: str, bucket: str, **options: str) -> S3Store:
    """A store in a bucket, below a prefix of its own."""
    query = "&".join(f"{name}={value}" for name, value in {"endpoint_url": address, **options}.items())
    url = f"s3://{bucket}/tests/{uuid4().hex}?region=us-east-1&{query}"
    store = open_store(url)
    assert isinstance(store, S3Store)
    return store


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    store = open_store(f"file://{tmp_path}/store")
    assert isinstance(store, FileStore)
    return store


@pytest.fixture
def bucket(moto_address: str) -> S3Store:
    return in_bucket(moto_address, "plain")


@pytest.fixture
def versioned(moto_address: str) -> S3Store:
    return in_bucket(moto_address, "versioned")


@pytest.fixture
def locked(moto_address: str) -> S3Store:
    return in_bucket(moto_address, "locked")


@pytest.fixture
def signed(rclone_address: str) -> S3Store:
    return in_bucket(rclone_address, "plain")


@pytest.fixture(params=["files", "bucket", "versioned", "signed"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind in turn."""
    found: Store = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def key() -> str:
    return f"statements/{secrets.token_hex(16)}.pdf"
