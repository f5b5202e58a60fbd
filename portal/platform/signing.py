"""Access tokens: JWT signed with EdDSA, and nothing else accepted."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from portal.platform import clock
from portal.platform.ids import new_id
from portal.platform.key_files import KeyFile, write_private

PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----\n.+?-----END PRIVATE KEY-----", re.DOTALL)
KEPT = 4  # the key in force and the three before it: a token lives for minutes, a key for months
TYPE = "at+jwt"
REQUIRED = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "auth_time", "acr"]


class BadToken(Exception):
    """The token is not ours, not for this, or no longer good."""


def create_key(path: Path) -> None:
    """Put a new Ed25519 key in force at `path`, readable by its owner only; the latest of those that are there go on
    being good for what they signed."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    earlier = PEM.findall(path.read_bytes()) if path.exists() else []
    write_private(path, b"\n".join([pem.strip(), *earlier[: KEPT - 1], b""]))


def read_keys(content: bytes) -> dict[str, Ed25519PrivateKey]:
    """The keys of a file of PEM blocks by the ids that tokens name them with (a digest of the public half), the one in
    force first; ValueError where there is none, or another kind."""
    keys = {}
    for pem in PEM.findall(content):
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the key is not an Ed25519 key")
        keys[hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]] = key
    if not keys:
        raise ValueError("there is no key in it")
    return keys


@dataclass(frozen=True)
class TokenSigner:
    """Signs and checks access tokens of one installation (`issuer` is its public URL)."""

    key_file: Path
    issuer: str
    secret: str = field(repr=False)

    @cached_property
    def _ring(self) -> KeyFile[dict[str, Ed25519PrivateKey]]:
        return KeyFile(self.key_file, read_keys)

    @property
    def _keys(self) -> dict[str, Ed25519PrivateKey]:
        try:
            return self._ring.keys()
        except ValueError as error:
            raise ValueError(f"{self.key_file}: {error}; `portal create-key` makes one.") from None

    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys whose tokens are good, the one in force first."""
        return tuple(self._keys)

    def public_keys(self) -> list[dict[str, Any]]:
        """The public halves of the keys whose tokens are good, as JSON Web Keys."""
        return [
            {**OKPAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "use": "sig", "alg": "EdDSA"}
            for key_id, key in self._keys.items()
        ]

    def sign(self, *, subject: str, session: str, length: timedelta, auth_time: int, acr: str = "pwd") -> str:
        """An access token for a user and session, good for `length`; `acr`: proven by `pwd` or `mfa`."""
        now = clock.now()
        claims = {
            "iss": self.issuer, "aud": f"{self.issuer}/api", "sub": subject, "sid": session, "jti": str(new_id()),
            "iat": now, "nbf": now, "exp": now + length, "auth_time": auth_time, "acr": acr,
        }  # fmt: skip
        key_id, key = next(iter(self._keys.items()))
        return jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": TYPE, "kid": key_id})

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a good access token; BadToken otherwise."""
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(header.get("kid", ""))
            if header.get("typ") != TYPE or key is None:
                raise BadToken("another kind of token or key")
            return jwt.decode(
                token, key.public_key(), algorithms=["EdDSA"], audience=f"{self.issuer}/api",
                issuer=self.issuer, options={"require": REQUIRED},
            )  # fmt: skip
        except jwt.InvalidTokenError as error:
            raise BadToken(str(error)) from error

    def successor(self, refresh_token: str) -> str:
        """The refresh token that follows `refresh_token`: always the same one, and only for us to compute."""
        return hmac.new(self.secret.encode(), b"refresh:" + refresh_token.encode(), hashlib.sha256).hexdigest()
