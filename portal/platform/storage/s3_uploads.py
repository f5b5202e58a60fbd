"""Objects of a bucket that arrive in parts."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.platform.storage.errors import UploadMissing
from portal.platform.storage.interface import (
    Part,
    check_parts,
    checked_key,
    checked_number,
    upload_id_of,
    upload_name,
)
from portal.platform.storage.s3_client import explained, open_client

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, MultipartUploadTypeDef


class S3Uploads:
    """Multipart uploads to `bucket`, below `prefix`; what is written is encrypted there as `encryption` says."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint_url: str | None = None,
        region: str | None = None,
        encryption: str | None = None,
        kms_key: str | None = None,
    ) -> None:
        self._client = open_client(endpoint_url, region)
        self.bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        given = {"ServerSideEncryption": encryption, "SSEKMSKeyId": kms_key}
        self._sealing: dict[str, Any] = {name: value for name, value in given.items() if value}

    def begin_upload(self, key: str, content_type: str) -> str:
        """The key's mark and the bucket's own id of a multipart upload."""
        name = self._name(key)
        with explained(key):
            begun = self._client.create_multipart_upload(
                Bucket=self.bucket, Key=name, ContentType=content_type, **self._sealing
            )
        return upload_name(key, begun["UploadId"])

    def put_part(self, key: str, upload: str, number: int, content: bytes) -> Part:
        """Send a part; UploadMissing."""
        name, upload_id = self._name(key), upload_id_of(key, upload)
        with explained(key):
            self._client.upload_part(
                Bucket=self.bucket, Key=name, UploadId=upload_id, PartNumber=checked_number(number), Body=content
            )
        return Part(number, len(content))

    def list_parts(self, key: str, upload: str) -> list[Part]:
        """The parts the bucket has, by number; UploadMissing."""
        return [part for part, _ in self._parts(key, upload)]

    def complete_upload(self, key: str, upload: str) -> int:
        """Have the bucket make one object of the parts; its size. UploadRefused, UploadMissing."""
        found = self._parts(key, upload)
        check_parts([part for part, _ in found])
        parts: list[CompletedPartTypeDef] = [{"PartNumber": part.number, "ETag": tag} for part, tag in found]
        name, upload_id = self._name(key), upload_id_of(key, upload)
        with explained(key):
            self._client.complete_multipart_upload(
                Bucket=self.bucket, Key=name, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        return sum(part.size for part, _ in found)

    def abort_upload(self, key: str, upload: str) -> None:
        """Have the bucket forget an upload; one that is not there is no error."""
        name = self._name(key)
        with suppress(UploadMissing), explained(key):
            self._client.abort_multipart_upload(Bucket=self.bucket, Key=name, UploadId=upload_id_of(key, upload))

    def drop_unfinished(self, before: datetime) -> int:
        """Abort the uploads begun before that moment; how many."""
        pages, count = self._client.get_paginator("list_multipart_uploads"), 0
        with suppress(UploadMissing), explained(self._prefix):  # so some say that there are none at all
            for page in pages.paginate(Bucket=self.bucket, Prefix=self._prefix):
                count += sum(self._drop(each) for each in page.get("Uploads", ()) if each["Initiated"] < before)
        return count

    def _drop(self, upload: MultipartUploadTypeDef) -> bool:
        """Abort an upload; whether it was there still."""
        with suppress(UploadMissing), explained(upload["Key"]):
            self._client.abort_multipart_upload(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            return True
        return False

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _parts(self, key: str, upload: str) -> list[tuple[Part, str]]:
        """The parts of an upload, each with the tag the bucket knows it by."""
        name, upload_id, pages = self._name(key), upload_id_of(key, upload), self._client.get_paginator("list_parts")
        with explained(key):
            found = [
                (Part(each["PartNumber"], each["Size"]), each["ETag"])
                for page in pages.paginate(Bucket=self.bucket, Key=name, UploadId=upload_id)
                for each in page.get("Parts", ())
            ]
        return sorted(found, key=lambda each: each[0].number)
