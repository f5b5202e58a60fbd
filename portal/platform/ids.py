"""New identities and secrets."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from functools import lru_cache
from uuid import UUID, uuid4


def new_id() -> UUID:
    """A new random identity."""
    return uuid4()


def new_secret() -> str:
    """A new opaque secret of 256 bits, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """SHA-256 of a secret: what the database keeps in its place."""
    return hashlib.sha256(secret.encode()).digest()


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """The form in which two names are the same: case, width of letters and amount of white space do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
