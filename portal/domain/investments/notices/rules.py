"""The digest that a notice's page, PDF, spreadsheet and JSON share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson


def figures_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of all that a notice says, given as its content, in one canonical form."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
