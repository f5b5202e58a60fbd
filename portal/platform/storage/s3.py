"""Objects in a bucket that speaks S3, at Amazon or elsewhere."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from portal.platform import clock
from portal.platform.storage.digests import blocks_of, checked, measure
from portal.platform.storage.errors import ObjectLocked, ObjectMissing, StorageUnavailable
from portal.platform.storage.interface import (
    CHUNK,
    ListedObject,
    StoredObject,
    check_range,
    is_key,
)
from portal.platform.storage.s3_client import code_of, explained
from portal.platform.storage.s3_uploads import S3Uploads

if TYPE_CHECKING:
    from botocore.response import StreamingBody

YEARS = 7  # what is put for good outlasts the years that records of advisers are kept
WITHOUT_LOCKS = {"ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed", "InvalidRequest"}
LARGE = 16 * 1024 * 1024  # bytes; what is larger goes in parts, four on their way at once
# Threads are the transfer's own and end with it; a part that fails three times ends the upload, and it is aborted.
IN_PARTS = TransferConfig(multipart_threshold=LARGE, multipart_chunksize=LARGE // 2, max_concurrency=4)


class S3Store(S3Uploads):
    """A store in `bucket`, below `prefix`; credentials come from the usual AWS environment."""

    _locking: bool | None = None

    def put(self, key: str, content: bytes | BinaryIO, content_type: str) -> StoredObject:
        """Keep `content` under `key`; the bucket shows it whole or not at all."""
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        start = source.tell()
        digest, size = measure(blocks_of(source))
        source.seek(start)
        self._send(key, source, size, content_type)
        return StoredObject(key, digest, size)

    def put_unjudged(self, key: str, content: bytes | BinaryIO, content_type: str) -> int:
        """Keep `content` as `put` does, read once."""
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        start = source.tell()
        size = source.seek(0, io.SEEK_END) - start
        source.seek(start)
        self._send(key, source, size, content_type)
        return size

    def put_for_good(self, key: str, content: bytes, content_type: str) -> StoredObject:
        """Keep `content` under `key`; where the bucket locks objects, nobody can delete or change it for YEARS."""
        lock: dict[str, Any] = {}
        if self._locks():
            until = clock.now() + timedelta(days=366 * YEARS)
            lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until, "ChecksumAlgorithm": "SHA256"}
        with explained(key):
            self._client.put_object(
                Bucket=self.bucket,
                Key=self._name(key),
                Body=content,
                ContentType=content_type,
                **self._sealing,
                **lock,
            )
        return StoredObject(key, *measure([content]))

    def get(self, key: str, digest: str | None = None) -> bytes:
        """The whole content; ObjectMissing when there is none, ObjectDamaged when it has not the `digest` expected."""
        return b"".join(self.stream(key, digest=digest))

    def stream(self, key: str, start: int = 0, end: int | None = None, *, digest: str | None = None) -> Iterator[bytes]:
        """The content in blocks; the request is answered before this returns."""
        check_range(start, end, digest)
        if start == end:
            self.describe(key)
            return iter(())
        last = "" if end is None else end - 1
        wanted: dict[str, Any] = {} if (start, end) == (0, None) else {"Range": f"bytes={start}-{last}"}
        try:
            with explained(key):
                body = self._client.get_object(Bucket=self.bucket, Key=self._name(key), **wanted)["Body"]
        except StorageUnavailable as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) == "InvalidRange":
                return iter(())
            raise
        blocks = self._blocks(key, body)
        return blocks if digest is None else checked(key, blocks, digest)

    def describe(self, key: str) -> ListedObject:
        """Size and time of the object; ObjectMissing when there is none. HEAD cannot tell a missing object from a
        missing bucket, which is therefore asked for after it."""
        name = self._name(key)
        try:
            with explained(key):
                found = self._client.head_object(Bucket=self.bucket, Key=name)
        except ObjectMissing:
            self.check()
            raise
        return ListedObject(key, found["ContentLength"], found["LastModified"])

    def exists(self, key: str) -> bool:
        """Whether there is an object under `key`."""
        with suppress(ObjectMissing):
            self.describe(key)
            return True
        return False

    def delete(self, key: str) -> None:
        """Remove the object, and all its versions where the bucket keeps them; a key that has none is no error."""
        name = self._name(key)
        with suppress(ObjectMissing), explained(key):
            answer = self._client.delete_object(Bucket=self.bucket, Key=name)
            if answer.get("DeleteMarker") or answer.get("VersionId"):
                self._delete_versions(key, name)

    def _delete_versions(self, key: str, name: str) -> None:
        """Remove all versions and delete markers, the marker just made first: what is locked is then still seen."""
        for page in self._client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=name):
            for each in [*page.get("DeleteMarkers", ()), *page.get("Versions", ())]:
                if each["Key"] != name:
                    continue
                try:
                    self._client.delete_object(Bucket=self.bucket, Key=name, VersionId=each["VersionId"])
                except ClientError as error:
                    if code_of(error) == "AccessDenied":
                        raise ObjectLocked(key) from error
                    raise

    def list_objects(self, prefix: str = "") -> Iterator[ListedObject]:
        """The objects whose key begins with `prefix`, in order, a thousand in a request; what others put into the
        bucket under names that are no keys is left out."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._prefix + prefix)
        with explained(prefix):
            for page in pages:
                for each in page.get("Contents", ()):
                    key = each["Key"].removeprefix(self._prefix)
                    if is_key(key):
                        yield ListedObject(key, each["Size"], each["LastModified"])

    def check(self) -> None:
        """Nothing when the bucket answers us, StorageUnavailable with the reason otherwise."""
        try:
            self._client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailable(f"The bucket {self.bucket!r} does not answer: {error}") from error

    def _send(self, key: str, source: BinaryIO, size: int, content_type: str) -> None:
        name = self._name(key)
        extra = {"ContentType": content_type, **self._sealing}
        with explained(key):
            if size > LARGE:
                self._client.upload_fileobj(source, self.bucket, name, ExtraArgs=extra, Config=IN_PARTS)
            else:
                self._client.put_object(Bucket=self.bucket, Key=name, Body=source, ContentLength=size, **extra)

    def _locks(self) -> bool:
        """Whether the bucket was made with Object Lock; asked once."""
        if self._locking is None:
            try:
                answer = self._client.get_object_lock_configuration(Bucket=self.bucket)
                self._locking = answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"
            except ClientError as error:
                if code_of(error) not in WITHOUT_LOCKS:
                    raise StorageUnavailable(f"The bucket {self.bucket!r} does not answer: {error}") from error
                self._locking = False
            except BotoCoreError as error:
                raise StorageUnavailable(f"The bucket {self.bucket!r} does not answer: {error}") from error
        return self._locking

    def _blocks(self, key: str, body: StreamingBody) -> Generator[bytes]:
        with body, explained(key):
            yield from body.iter_chunks(CHUNK)
