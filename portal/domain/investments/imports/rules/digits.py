"""Numbers as people write them: the decimal mark, the grouping of thousands, the ways to be negative."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from portal.domain.investments.imports.rules.columns import UndecidedFormat, UnreadableCell, shown
from portal.domain.investments.imports.values.tables import Cell, NumberFormat

_LONGEST_TEXT = 60
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE]-[0-9]{1,2})?")  # as programs write numbers
_OBVIOUS = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2})?")
_SEPARATED = re.compile(r"[0-9]*[.,][0-9.,]*")
_GROUP_OR_DECIMALS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_SIGNED = re.compile(r"(\()? ?([-+])? ?([0-9.,][0-9., ']*?) ?(-)? ?(\))?")
_DIGITS = {
    NumberFormat.POINT: re.compile(r"(?:[0-9]{1,3}(?:([,' ])[0-9]{3})(?:\1[0-9]{3})*|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"),
    NumberFormat.COMMA: re.compile(r"(?:[0-9]{1,3}(?:([.' ])[0-9]{3})(?:\1[0-9]{3})*|[0-9]+)(?:,[0-9]*)?|,[0-9]+"),
}
_LOOKALIKES = str.maketrans(
    {"\xa0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "’": "'", "−": "-", "–": "-", "—": "-"}
)
_TO_PLAIN = {
    NumberFormat.POINT: str.maketrans("", "", ",' "),
    NumberFormat.COMMA: str.maketrans(",", ".", ".' "),
}
_SPACING = str.maketrans("", "", " '")


def decide_number_format(cells: Iterable[Cell], stated: NumberFormat, delimiter: str | None) -> NumberFormat:
    """How the amounts of a file are written: as stated, or in `auto` as the amounts themselves prove.

    One amount that can be read in one way only decides for all. Where all could be both ("1,234"), a file
    separated by commas has decimal points. Raises UndecidedFormat when nothing decides, or when two amounts
    contradict each other.
    """
    if stated is not NumberFormat.AUTO:
        return stated
    examples: dict[NumberFormat, str] = {}
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= _LONGEST_TEXT and (style := _style(cell)):
            examples.setdefault(style, cell)
    point, comma = examples.get(NumberFormat.POINT), examples.get(NumberFormat.COMMA)
    if point and comma:
        raise UndecidedFormat(
            f"Some amounts have a decimal point ({shown(point)}) and some a decimal comma ({shown(comma)}). "
            "Write them all one way."
        )
    either = examples.get(NumberFormat.AUTO)
    if either and not point and not comma and delimiter != ",":
        raise UndecidedFormat(
            f"Amounts such as {shown(either)} can be read as thousands or as decimals, and no other amount "
            "of the file decides it. Choose the number format."
        )
    return NumberFormat.COMMA if comma else NumberFormat.POINT


def _style(text: str) -> NumberFormat | None:
    """The format that a number proves, `auto` if it could be both, None if it has no mark."""
    if _OBVIOUS.fullmatch(text):
        return NumberFormat.POINT if "." in text else None
    match = _SEPARATED.search(text.translate(_LOOKALIKES).translate(_SPACING))
    if not match:
        return None
    number = match[0]
    if _GROUP_OR_DECIMALS.fullmatch(number):
        return NumberFormat.AUTO
    if "." in number and "," in number:
        mark = max(".,", key=number.rfind)  # the last one is the decimal mark
    else:
        mark = "." if number.count(".") == 1 or number.count(",") > 1 else ","
    return NumberFormat.POINT if mark == "." else NumberFormat.COMMA


def read_number(text: str, number_format: NumberFormat) -> Decimal:
    """The exact value of a number without its currency; raises UnreadableCell.

    Negative is a leading or trailing minus, or parentheses; a lone dash is zero, as accountants write it.
    """
    if number_format is NumberFormat.POINT and len(text) <= _LONGEST_TEXT and _PLAIN.fullmatch(text):
        return Decimal(text)
    body = text.translate(_LOOKALIKES).strip()
    if body == "-":
        return Decimal(0)
    match = _SIGNED.fullmatch(body) if len(body) <= _LONGEST_TEXT else None
    if not match or not _DIGITS[number_format].fullmatch(match[3]) or not _one_sign(match):
        raise _not_a_number(text, number_format)
    value = Decimal(match[3].translate(_TO_PLAIN[number_format]))
    return value.copy_negate() if match[1] or match[2] == "-" or match[4] else value


def _one_sign(match: re.Match[str]) -> bool:
    opened, before, _, after, closed = match.groups()
    return bool(opened) == bool(closed) and sum((bool(opened), bool(before), bool(after))) <= 1


def _not_a_number(text: str, number_format: NumberFormat) -> UnreadableCell:
    if "%" in text:
        return UnreadableCell(f"{shown(text)} is a percentage. Write the amount itself.")
    if re.search(r"[0-9][eE]\+?[0-9]", text):
        return UnreadableCell(
            f"{shown(text)} has been shortened by the spreadsheet and has lost digits. Format the column as "
            "a number, save and upload again."
        )
    other = next(style for style in _DIGITS if style is not number_format)
    bare = text.strip(" -()+")
    if _DIGITS[other].fullmatch(bare) and not _DIGITS[number_format].fullmatch(bare):
        return UnreadableCell(
            f"{shown(text)} is not written as {number_format.value}. Correct it, or choose the number format "
            f"{other.value}."
        )
    return UnreadableCell(f"{shown(text)} is not an amount. Write digits only, such as {number_format.value}.")
