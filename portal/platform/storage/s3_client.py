"""The connection to a bucket: time limits, tries, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.platform.storage.errors import ObjectMissing, StorageUnavailable, UploadMissing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = {"NoSuchKey", "404", "NotFound"}
# One bucket of another maker may know no checksums beside the request's own, hence "when_required".
CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    signature_version="s3v4",
)


def open_client(endpoint_url: str | None, region: str | None) -> S3Client:
    """A client for Amazon's S3, or for the one at `endpoint_url`; each request is tried three times at most, waits two
    seconds for a connection and ten for each piece of an answer."""
    addressing = Config(s3={"addressing_style": "path" if endpoint_url else "auto"})
    return boto3.client("s3", endpoint_url=endpoint_url, region_name=region, config=CONFIG.merge(addressing))


def code_of(error: ClientError) -> str:
    """The name a bucket gives to an error."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def explained(key: str) -> Iterator[None]:
    """Say what an error of the bucket means for an object."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in MISSING:
            raise ObjectMissing(key) from error
        if code_of(error) == "NoSuchUpload":
            raise UploadMissing(key) from error
        raise StorageUnavailable(f"The object store failed on {key!r}: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable(f"The object store failed on {key!r}: {error}") from error
