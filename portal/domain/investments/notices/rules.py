"""The digest that a notice's page, PDF, spreadsheet and JSON share."""

from __future__ import annotations

import hashlib

import orjson

from portal.domain.investments.notices.values import Notice


def figures_digest(notice: Notice) -> str:
    """SHA-256 (hex) of all that a notice says, in one canonical form."""
    return hashlib.sha256(orjson.dumps(notice.content(), option=orjson.OPT_SORT_KEYS)).hexdigest()
