"""Who keeps the keys of a key file: the file itself, or AWS KMS, which then opens each of them for us.

Keys that KMS keeps are in the file only as KMS sealed them; opened ones stay in memory for minutes.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from functools import cached_property
from typing import Any, Protocol

KMS = "kms:"
MINUTES_KEPT = 5
MINUTES_BORNE = 60  # an outage of the provider is no revocation: what it opened before is used so long


class ProviderUnavailable(Exception):
    """The provider does not answer. What it opened before may still be used for a while."""


class ProviderRefused(ValueError):
    """The provider does not open or seal this key: it was taken from us, or the key is another's."""


class KeyProvider(Protocol):
    """Turns a key into the text of a line in the key file, and back."""

    @property
    def seconds_kept(self) -> float:
        """How long an opened key may stay in memory."""
        ...

    def wrap(self, key_id: str, key: bytes, /) -> str:
        """The text that stands for `key` in the file."""
        ...

    def unwrap(self, key_id: str, text: str) -> bytes:
        """The key behind `text`; ValueError for a text that is none, ProviderUnavailable while nobody answers."""
        ...


class PlainFile:
    """Keys in the file as they are: who reads the file has them."""

    seconds_kept = math.inf

    def wrap(self, _key_id: str, key: bytes, /) -> str:
        """The key in base64."""
        return b64encode(key).decode()

    def unwrap(self, key_id: str, text: str) -> bytes:
        """The key; ProviderRefused for one that KMS keeps."""
        if text.startswith(KMS):
            raise ProviderRefused(f"{key_id} is kept by AWS KMS, and KMS_KEY_ID is not set")
        return b64decode(text, validate=True)


class AwsKms(PlainFile):
    """Keys that only the KMS key `kms_key_id` (an ARN, id or alias) opens; those that were in the file before it was
    used go on being read. Region and credentials come from the usual AWS environment."""

    seconds_kept = MINUTES_KEPT * 60

    def __init__(self, kms_key_id: str) -> None:
        self._kms_key_id = kms_key_id

    @cached_property
    def _client(self) -> Any:
        import boto3  # only who uses KMS pays for it
        from botocore.config import Config

        settings = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
        return boto3.client("kms", config=settings)

    def wrap(self, key_id: str, key: bytes, /) -> str:
        """The key as KMS sealed it, bound to its id."""
        answer = self._ask("encrypt", KeyId=self._kms_key_id, Plaintext=key, EncryptionContext={"key": key_id})
        return KMS + b64encode(answer["CiphertextBlob"]).decode()

    def unwrap(self, key_id: str, text: str) -> bytes:
        """The key that KMS opens."""
        if not text.startswith(KMS):
            return super().unwrap(key_id, text)
        sealed = b64decode(text.removeprefix(KMS), validate=True)
        context = {"key": key_id}
        answer = self._ask("decrypt", KeyId=self._kms_key_id, CiphertextBlob=sealed, EncryptionContext=context)
        return bytes(answer["Plaintext"])

    def _ask(self, operation: str, **request: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or "Throttl" in code:
                raise ProviderUnavailable(f"AWS KMS answered {code}") from error
            raise ProviderRefused(f"AWS KMS refused to {operation} a key: {code}") from error
        except BotoCoreError as error:
            raise ProviderUnavailable(f"AWS KMS could not be asked: {type(error).__name__}") from error
        return answer


PLAIN: KeyProvider = PlainFile()


def open_provider(kms_key_id: str) -> KeyProvider:
    """AWS KMS where a key of it is named, else the file itself."""
    return AwsKms(kms_key_id) if kms_key_id else PLAIN
