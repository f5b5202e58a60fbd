"""Text that a spreadsheet shows and never runs."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(text: str) -> str:
    """`text`, behind an apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA) else text
