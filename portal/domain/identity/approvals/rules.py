"""What is approved is exactly what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson


def content_hash(kind: str, subject: str, content: Mapping[str, Any]) -> bytes:
    """SHA-256 of an act in one canonical form; the order of keys does not matter, everything else does."""
    return hashlib.sha256(orjson.dumps([kind, subject, dict(content)], option=orjson.OPT_SORT_KEYS)).digest()
