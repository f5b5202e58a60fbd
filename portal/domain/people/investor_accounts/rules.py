"""How the numbers of accounts are written."""

from __future__ import annotations

import re

NUMBER = re.compile(r"[A-Z0-9](?:[A-Z0-9./-]{1,28})[A-Z0-9]")


def normal_number(text: str) -> str:
    """A number in the one form in which it is kept: capitals, no blanks. Empty stays empty."""
    return "".join(text.split()).upper()


def find_number_problem(number: str) -> str | None:
    """What is wrong with a number in its normal form, as a sentence; None where nothing is. It needs three signs and a
    digit, so that it is told from a word."""
    if NUMBER.fullmatch(number) and any(sign.isdigit() for sign in number):
        return None
    return "Write 3 to 30 letters, digits, points, hyphens and slashes, with a digit among them."
