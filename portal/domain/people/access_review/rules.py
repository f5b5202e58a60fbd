"""What is attested, in one canonical form."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson


def content_digest(content: Mapping[str, Any]) -> bytes:
    """SHA-256 of everybody's access; the order of keys does not matter, everything else does."""
    return hashlib.sha256(orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)).digest()
