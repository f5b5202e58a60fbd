"""What tells bank details from any others."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

import orjson

from portal.domain.investments.notices.values import BankAccount


def fingerprint_of(account: BankAccount) -> str:
    """SHA-256 (hex) of bank details: what is approved is exactly these."""
    return hashlib.sha256(orjson.dumps(asdict(account), option=orjson.OPT_SORT_KEYS)).hexdigest()
