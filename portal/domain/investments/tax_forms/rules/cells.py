"""What stands in one cell of a sheet, in the one form in which it is kept."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.domain.investments.tax_forms.values.boxes import Box, BoxKind

MOST = Decimal(10) ** 13
LONGEST_TEXT = 60
RATE_PLACES = 6
NOTHING = {"", "-", "–"}
YES, NO = {"x", "yes", "true", "1"}, {"no", "false", "0"}
_AMOUNT = re.compile(r"(\()?\s*(-)?\s*\$?\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)\s*(\))?")


def read_cell(box: Box, text: str, places: int) -> str:
    """The value of a box as it is kept, empty for none; ValueError, with a sentence, for what cannot stand there.
    Amounts are written 1,234.50, below zero with a minus or in parentheses, no finer than `places`; rates in
    percent."""
    given = " ".join(text.split())
    if given.lower() in NOTHING:
        return ""
    if box.kind is BoxKind.TEXT:
        if len(given) > LONGEST_TEXT:
            raise ValueError(f"At most {LONGEST_TEXT} characters.")
        return given
    if box.kind is BoxKind.CHECK:
        return _check(given.lower())
    return _amount(given, places) if box.kind is BoxKind.AMOUNT else _rate(given)


def _check(given: str) -> str:
    if given in YES | NO:
        return "x" if given in YES else ""
    raise ValueError("Write x where the box is checked, and nothing where it is not.")


def _amount(given: str, places: int) -> str:
    amount = _number(given, "Write an amount such as 1,250.00, below zero as -1,250.00 or (1,250.00).")
    if abs(amount) >= MOST or amount != round(amount, places):
        raise ValueError(f"At most 13 digits and {places} decimals.")
    return f"{amount:.{places}f}"


def _rate(given: str) -> str:
    rate = _number(given.rstrip("% "), "Write a rate in percent, such as 15 or 3.125.")
    if not 0 <= rate <= 100 or rate != round(rate, RATE_PLACES):
        raise ValueError(f"Between 0 and 100 percent, with at most {RATE_PLACES} decimals.")
    return f"{rate.normalize():f}"


def _number(given: str, otherwise: str) -> Decimal:
    found = _AMOUNT.fullmatch(given.replace("−", "-"))
    if found is None or bool(found[1]) != bool(found[4]) or (found[1] and found[2]):
        raise ValueError(otherwise)
    amount = Decimal(found[3].replace(",", ""))
    return -amount if found[1] or found[2] else amount
