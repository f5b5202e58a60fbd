"""The passwords that everybody tries first, from common_passwords.dat, whose head names its source and licence."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".dat")


@lru_cache(maxsize=1)
def list_common_passwords() -> tuple[str, ...]:
    """The common passwords in lower case, the most common first."""
    return tuple(line for line in FILE.read_text(encoding="ascii").splitlines() if not line.startswith("#"))


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The same as a set, to look one up in."""
    return frozenset(list_common_passwords())
