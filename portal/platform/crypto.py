"""Sealing: what the database must not hold in plain goes in as AES-256-GCM, bound to its place.

The key file holds lines `<key id> <key>`, the key as its provider writes it: 32 bytes in base64, or what AWS KMS made
of them. The first key seals; each of them opens what it sealed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.platform.key_files import KeyFile, write_private
from portal.platform.key_providers import PLAIN, KeyProvider, ProviderRefused

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
FORMAT = 1  # the first byte of all that is sealed, then the length of the key's id, the id, the nonce, the rest


class Unopenable(Exception):
    """Not sealed by us, for another place, changed since, or sealed with a key that is gone."""


class BadKeyFile(ValueError):
    """The key file cannot be read as keys; the message says which line."""


def create_encryption_key(path: Path, provider: KeyProvider = PLAIN) -> None:
    """Put a new key in force at `path`, readable by its owner only; keys that are there go on opening what they
    sealed."""
    key_id = f"k{secrets.token_hex(4)}"
    line = f"{key_id} {provider.wrap(key_id, AESGCM.generate_key(KEY_BYTES * 8))}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, line.encode() + (path.read_bytes() if path.exists() else b""))


def read_keys(content: bytes, provider: KeyProvider = PLAIN) -> dict[str, bytes]:
    """The keys of a key file's content by id, the one in force first; BadKeyFile where a line is none, and
    ProviderUnavailable while who keeps them does not answer."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        try:
            key_id, key = parts[0], provider.unwrap(parts[0], parts[1])
        except ProviderRefused as error:
            raise BadKeyFile(f"line {number}: {error}") from error
        except (IndexError, ValueError):
            raise BadKeyFile(f"line {number} is not `<key id> <base64 key>`") from None
        if len(key) != KEY_BYTES or not 0 < len(key_id.encode()) < 256 or key_id in keys:
            raise BadKeyFile(f"line {number} needs an id of its own and a key of {KEY_BYTES} bytes")
        keys[key_id] = key
    if not keys:
        raise BadKeyFile("there is no key in it")
    return keys


@dataclass(frozen=True)
class Vault:
    """Seals and opens with the keys of one installation."""

    key_file: Path
    provider: KeyProvider = PLAIN

    @cached_property
    def _ring(self) -> KeyFile[dict[str, AESGCM]]:
        return KeyFile(self.key_file, self._read, seconds=self.provider.seconds_kept)

    def _read(self, content: bytes) -> dict[str, AESGCM]:
        return {name: AESGCM(key) for name, key in read_keys(content, self.provider).items()}

    @property
    def _keys(self) -> dict[str, AESGCM]:
        try:
            return self._ring.keys()
        except BadKeyFile as error:
            raise BadKeyFile(f"{self.key_file}: {error}; `portal create-key` makes one.") from None

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """`plain` under the key in force, to be opened at `place` only (`table.column:<row id>:<whose>`); ValueError
        for an empty place. The same twice gives different bytes."""
        key_id, key = next(iter(self._keys.items()))
        head, nonce = bytes([FORMAT, len(key_id.encode())]) + key_id.encode(), secrets.token_bytes(NONCE_BYTES)
        return head + nonce + key.encrypt(nonce, plain, _bound(head, place))

    def key_in_force(self) -> str:
        """The id of the key that seals now."""
        return next(iter(self._keys))

    def unseal(self, sealed: bytes, *, place: str) -> bytes:
        """What was sealed at `place`; Unopenable where a byte or the place differs, or the key is not there any
        more."""
        start = 2 + sealed[1] if len(sealed) > 2 and sealed[0] == FORMAT else len(sealed)
        head, nonce, rest = sealed[:start], sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        key = self._keys.get(head[2:].decode(errors="replace"))
        if key is None or len(rest) < TAG_BYTES:
            raise Unopenable("not sealed by us, or with a key that is not there any more")
        try:
            return key.decrypt(nonce, rest, _bound(head, place))
        except InvalidTag:
            raise Unopenable("changed, or sealed for another place") from None


def key_of(sealed: bytes) -> str:
    """The id of the key that something was sealed with."""
    return sealed[2 : 2 + sealed[1]].decode()


def _bound(head: bytes, place: str) -> bytes:
    """What is authenticated beside the content: where it belongs, and which key it names."""
    if not place:
        raise ValueError("What is sealed belongs to a place; an empty one would fit everywhere.")
    return head + place.encode()
