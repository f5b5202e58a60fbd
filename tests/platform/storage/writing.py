"""Contents for tests of stores."""

from __future__ import annotations

import hashlib

MIB = 1024 * 1024
PDF = b"%PDF-1.7 " + bytes(range(256)) * 3_000


def digest_of(content: bytes) -> str:
    """The SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()
