"""Personal data in the database: sealed under a key of the person or account it is about, found by blind index.

The key of a subject is itself sealed by the vault and lies in `identity.subject_keys.wrapped`; a statement that reads
sealed columns joins that table and so has all it needs for a list:

    SELECT u.id, u.phone_sealed, k.wrapped FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id
    unseal(row.phone_sealed, Place("identity.users.phone", row.id, row.id), row.wrapped)
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from portal.platform.crypto import KEY_BYTES, NONCE_BYTES, TAG_BYTES, BadKeyFile, Unopenable, Vault, key_of, read_keys
from portal.platform.key_files import KeyFile
from portal.platform.key_providers import PLAIN, KeyProvider

EXTENSION = "portal.keyring"
FORMAT = b"\x01"  # the first byte of all that is sealed, then the nonce, then the rest
MARK_BYTES = 4  # the first bytes of an index say which key made it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs: `column` in words (`identity.users.email`), its row, and whom it is about. Moved to
    another place it no longer opens."""

    column: str
    row: UUID
    subject: UUID

    def __str__(self) -> str:
        return f"{self.column}:{self.row}:{self.subject}"


@dataclass(frozen=True)
class Keyring:
    """The vault that wraps the keys of subjects, and the file of keys that indexes are made with."""

    vault: Vault
    index_file: Path
    provider: KeyProvider = PLAIN

    @cached_property
    def _index_ring(self) -> KeyFile[tuple[tuple[bytes, bytes], ...]]:
        return KeyFile(self.index_file, self._read, seconds=self.provider.seconds_kept)

    def _read(self, content: bytes) -> tuple[tuple[bytes, bytes], ...]:
        return tuple((mark_of(name), key) for name, key in read_keys(content, self.provider).items())

    @property
    def index_keys(self) -> tuple[tuple[bytes, bytes], ...]:
        """Mark and bytes of each key that indexes are made with, the one in force first."""
        try:
            return self._index_ring.keys()
        except BadKeyFile as error:
            raise BadKeyFile(f"{self.index_file}: {error}; `portal create-key` makes one.") from None


def keyring() -> Keyring:
    """The keyring of the application in force here."""
    found: Keyring = current_app.extensions[EXTENSION]
    return found


def new_subject_key(subject: UUID) -> bytes:
    """A new key for a subject, wrapped; what `identity.subject_keys` keeps."""
    return keyring().vault.seal(secrets.token_bytes(KEY_BYTES), place=_key_place(subject))


def rewrap(subject: UUID, wrapped: bytes) -> bytes:
    """The key of a subject, wrapped anew with the vault's key in force; what it sealed stays as it is."""
    vault = keyring().vault
    return vault.seal(vault.unseal(bytes(wrapped), place=_key_place(subject)), place=_key_place(subject))


def wrapping_key_of(wrapped: bytes) -> str:
    """The id of the vault's key that a subject's key is wrapped with."""
    return key_of(bytes(wrapped))


def seal(text: str, place: Place, wrapped: bytes) -> bytes:
    """`text` under the subject's key, to be opened at `place` only. The same twice gives different bytes."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + nonce + _opened(place.subject, wrapped).encrypt(nonce, text.encode(), str(place).encode())


def unseal(sealed: bytes, place: Place, wrapped: bytes) -> str:
    """The text that was sealed at `place`; Unopenable where a byte, the place or the key differs."""
    content = bytes(sealed)
    if content[:1] != FORMAT or len(content) < 1 + NONCE_BYTES + TAG_BYTES:
        raise Unopenable("not sealed by us")
    nonce, rest = content[1 : 1 + NONCE_BYTES], content[1 + NONCE_BYTES :]
    try:
        return _opened(place.subject, wrapped).decrypt(nonce, rest, str(place).encode()).decode()
    except InvalidTag:
        raise Unopenable("changed, or sealed for another place") from None


def blind_index(column: str, text: str) -> bytes:
    """What `text` is found by in `column`, for storing: a keyed digest that tells nobody else what it is of. Write the
    text in one form before (`ada@example.com`, `+41791234567`)."""
    return _indexes(column, text)[0]


def blind_indexes(column: str, text: str) -> Sequence[bytes]:
    """What `text` may be found by in `column`, for looking up with `= ANY(…)`: one for each index key there is, since
    rows are indexed anew after a rotation."""
    return _indexes(column, text)


def index_mark() -> bytes:
    """How the indexes of the key in force begin: those that begin otherwise are to be made anew."""
    return keyring().index_keys[0][0]


def _indexes(column: str, text: str) -> list[bytes]:
    return [mark + hmac.digest(_column_key(key, column), text.encode(), "sha256") for mark, key in keyring().index_keys]


@lru_cache(maxsize=64)
def _column_key(key: bytes, column: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"blind index:{column}".encode()).derive(key)


def mark_of(key_id: str) -> bytes:
    """How the indexes that the key with this id made begin."""
    return hashlib.sha256(key_id.encode()).digest()[:MARK_BYTES]


def _opened(subject: UUID, wrapped: bytes) -> AESGCM:
    return AESGCM(keyring().vault.unseal(bytes(wrapped), place=_key_place(subject)))


def _key_place(subject: UUID) -> str:
    return f"identity.subject_keys.wrapped:{subject}"
