"""Sealing: what the database must not hold in plain goes in as AES-256-GCM, bound to its place.

The key file holds lines `<key id> <32 bytes in base64>`. The first key seals; each of them opens what it sealed.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.platform.key_files import KeyFile, write_private

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
FORMAT = 1  # the first byte of all that is sealed, then the length of the key's id, the id, the nonce, the rest


class Unopenable(Exception):
    """Not sealed by us, for another place, changed since, or sealed with a key that is gone."""


class BadKeyFile(ValueError):
    """The key file cannot be read as keys; the message says which line."""


def create_encryption_key(path: Path) -> None:
    """Put a new key in force at `path`, readable by its owner only; keys that are there go on opening what they
    sealed."""
    line = f"k{secrets.token_hex(4)} {b64encode(AESGCM.generate_key(KEY_BYTES * 8)).decode()}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, line.encode() + (path.read_bytes() if path.exists() else b""))


def read_keys(content: bytes) -> dict[str, bytes]:
    """The keys of a key file's content by id, the one in force first; BadKeyFile where a line is none."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        try:
            key_id, key = parts[0], b64decode(parts[1], validate=True)
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

    @cached_property
    def _ring(self) -> KeyFile[dict[str, AESGCM]]:
        return KeyFile(self.key_file, lambda content: {name: AESGCM(key) for name, key in read_keys(content).items()})

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


def _bound(head: bytes, place: str) -> bytes:
    """What is authenticated beside the content: where it belongs, and which key it names."""
    if not place:
        raise ValueError("What is sealed belongs to a place; an empty one would fit everywhere.")
    return head + place.encode()
