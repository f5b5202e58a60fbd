"""Access tokens: JWT signed with EdDSA, and nothing else accepted."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from portal.platform import clock
from portal.platform.ids import new_id

TYPE = "at+jwt"
REQUIRED = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "auth_time", "acr"]


class BadToken(Exception):
    """The token is not ours, not for this, or no longer good."""


def create_key(path: Path) -> None:
    """Make a new Ed25519 key at `path`, readable by its owner only."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(pem)


@dataclass(frozen=True)
class TokenSigner:
    """Signs and checks access tokens of one installation (`issuer` is its public URL)."""

    key_file: Path
    issuer: str
    secret: str = field(repr=False)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        key = load_pem_private_key(self.key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{self.key_file} does not hold an Ed25519 key; `portal create-key` makes one.")
        return key

    @cached_property
    def key_id(self) -> str:
        """The key's name in a token's header: a digest of its public half."""
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(public).hexdigest()[:16]

    def sign(self, *, subject: str, session: str, length: timedelta, auth_time: int, acr: str = "pwd") -> str:
        """An access token for a user and session, good for `length`; `acr`: proven by `pwd` or `mfa`."""
        now = clock.now()
        claims = {
            "iss": self.issuer, "aud": f"{self.issuer}/api", "sub": subject, "sid": session, "jti": str(new_id()),
            "iat": now, "nbf": now, "exp": now + length, "auth_time": auth_time, "acr": acr,
        }  # fmt: skip
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"typ": TYPE, "kid": self.key_id})

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a good access token; BadToken otherwise."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != TYPE or header.get("kid") != self.key_id:
                raise BadToken("another kind of token or key")
            return jwt.decode(
                token, self._key.public_key(), algorithms=["EdDSA"], audience=f"{self.issuer}/api",
                issuer=self.issuer, options={"require": REQUIRED},
            )  # fmt: skip
        except jwt.InvalidTokenError as error:
            raise BadToken(str(error)) from error

    def successor(self, refresh_token: str) -> str:
        """The refresh token that follows `refresh_token`: always the same one, and only for us to compute."""
        return hmac.new(self.secret.encode(), b"refresh:" + refresh_token.encode(), hashlib.sha256).hexdigest()
