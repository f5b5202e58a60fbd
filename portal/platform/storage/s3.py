"""Objects in a bucket that speaks S3, at Amazon or elsewhere."""

from __future__ import annotations

import hashlib
import io
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.platform import clock
from portal.platform.storage.errors import ObjectMissing, StorageUnavailable
from portal.platform.storage.interface import (
    CHUNK,
    LONGEST_LINK,
    StoredObject,
    attachment,
    checked_key,
    checked_seconds,
)

if TYPE_CHECKING:
    from botocore.response import StreamingBody

YEARS = 7  # what is put for good outlasts the years that records of advisers are kept
WITHOUT_LOCKS = {"ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed", "InvalidRequest"}
# One bucket of another maker may know no checksums beside the request's own, hence "when_required".
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    signature_version="s3v4",
)


class S3Store:
    """A store in `bucket`, below `prefix`; credentials come from the usual AWS environment."""

    def __init__(self, bucket: str, prefix: str = "", *, endpoint_url: str | None = None, region: str | None = None):
        addressing = Config(s3={"addressing_style": "path" if endpoint_url else "auto"})
        self._client = boto3.client(
            "s3", endpoint_url=endpoint_url, region_name=region, config=_CONFIG.merge(addressing)
        )
        self.bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._locking: bool | None = None

    def put(self, key: str, content: bytes | BinaryIO, content_type: str) -> StoredObject:
        """Keep `content` under `key`; the bucket shows it whole or not at all."""
        name = self._name(key)
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        start = source.tell()
        digest, size = _measure(source)
        source.seek(start)
        with _explained(key):
            self._client.put_object(
                Bucket=self.bucket, Key=name, Body=source, ContentType=content_type, ContentLength=size
            )
        return StoredObject(key, digest, size)

    def get(self, key: str) -> bytes:
        """The whole content; ObjectMissing when there is none."""
        with _explained(key):
            return self._body(key).read()

    def stream(self, key: str) -> Iterator[bytes]:
        """The content in blocks; the request is answered before this returns."""
        with _explained(key):
            body = self._body(key)
        return self._blocks(key, body)

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`.

        Asked by GET, its body left unread: HEAD's answer cannot tell a missing object from a missing bucket.
        """
        try:
            with _explained(key):
                self._body(key).close()
        except ObjectMissing:
            return False
        return True

    def delete(self, key: str) -> None:
        """Remove the object; a key that has none is no error."""
        with _explained(key):
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def signed_link(self, key: str, filename: str, seconds: int = LONGEST_LINK) -> str:
        """A presigned URL of the bucket that downloads the object as an attachment named `filename`."""
        answer = {
            "Bucket": self.bucket,
            "Key": self._name(key),
            "ResponseContentDisposition": attachment(filename),
            "ResponseContentType": mimetypes.guess_type(filename)[0] or "application/octet-stream",
            "ResponseCacheControl": "no-store",
        }
        with _explained(key):
            return self._client.generate_presigned_url("get_object", Params=answer, ExpiresIn=checked_seconds(seconds))

    def check(self) -> None:
        """Nothing when the bucket answers us, StorageUnavailable with the reason otherwise."""
        try:
            self._client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailable(f"The bucket {self.bucket!r} does not answer: {error}") from error

    def put_for_good(self, key: str, content: bytes, content_type: str) -> None:
        """Keep `content` under `key`; where the bucket locks objects, nobody can delete or change it for YEARS."""
        lock: dict[str, Any] = {}
        if self._locks():
            until = clock.now() + timedelta(days=366 * YEARS)
            lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until, "ChecksumAlgorithm": "SHA256"}
        with _explained(key):
            self._client.put_object(
                Bucket=self.bucket, Key=self._name(key), Body=content, ContentType=content_type, **lock
            )

    def list_keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin with `prefix`, in order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._prefix + prefix)
        with _explained(prefix):
            for found in pages:
                yield from (each["Key"].removeprefix(self._prefix) for each in found.get("Contents", ()))

    def _locks(self) -> bool:
        """Whether the bucket was made with Object Lock; asked once."""
        if self._locking is None:
            try:
                answer = self._client.get_object_lock_configuration(Bucket=self.bucket)
                self._locking = answer["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in WITHOUT_LOCKS:
                    raise StorageUnavailable(f"The bucket {self.bucket!r} does not answer: {error}") from error
                self._locking = False
            except BotoCoreError as error:
                raise StorageUnavailable(f"The bucket {self.bucket!r} does not answer: {error}") from error
        return self._locking

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _body(self, key: str) -> StreamingBody:
        return self._client.get_object(Bucket=self.bucket, Key=self._name(key))["Body"]

    def _blocks(self, key: str, body: StreamingBody) -> Iterator[bytes]:
        with body, _explained(key):
            yield from body.iter_chunks(CHUNK)


@contextmanager
def _explained(key: str) -> Iterator[None]:
    """Say what an error of the bucket means for an object."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404", "NotFound"}:
            raise ObjectMissing(key) from error
        raise StorageUnavailable(f"The object store failed on {key!r}: {error}") from error
    except BotoCoreError as error:
        raise StorageUnavailable(f"The object store failed on {key!r}: {error}") from error


def _measure(source: BinaryIO) -> tuple[str, int]:
    """The SHA-256 in hex and the number of bytes from here to the end of `source`."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(CHUNK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
