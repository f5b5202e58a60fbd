"""Amounts in the minor units of one currency, whatever unit and sign for it the file uses."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from portal.domain.investments.imports.rules.columns import UnreadableCell, shown
from portal.domain.investments.imports.rules.digits import read_number
from portal.domain.investments.imports.values.tables import Cell, NumberFormat
from portal.platform.money import UnknownCurrency, minor_places

LIMIT = Decimal(10) ** 15  # more is a wrong scale or a slip, and what is kept goes ten times higher
_EXACT = Context(prec=150, rounding=ROUND_HALF_UP)  # every digit of the longest text, at any scale
_FLOAT_NOISE = Decimal("1e-14")  # of the amount: a few of the last bits of a float's 53

_CURRENCY = re.compile(r"(?<![A-Za-z])(?:[A-Za-z]{0,2}[$€£¥₹₩₽₺₪]|[A-Za-z]{3}(?![A-Za-z]))")
_SIGNS = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN CLP COP ARS",
    "US$": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "S$": "SGD",
    "HK$": "HKD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY CNY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
}


class AmountReader:
    """Reads one cell as an amount: multiplied by `scale`, rounded half-up to the currency's minor unit.

    Cells of which something was dropped are kept in `rounded`, unless it was less than a thousandth of the minor
    unit or the noise of binary floats ("24.096353999999998" millions). A currency sign must be the currency's.
    Raises UnknownCurrency when made, UnreadableCell when called.
    """

    def __init__(self, number_format: NumberFormat, currency: str, scale: Decimal) -> None:
        places = minor_places(currency)
        self.number_format = number_format
        self.currency = currency
        self.scale = scale
        self.unit = Decimal(1).scaleb(-places)
        self.rounded: set[Cell] = set()
        # Most amounts of most files need nothing but to be taken as they stand.
        as_it_stands = rf"[0-9]{{1,13}}\.[0-9]{{{places}}}" if places else r"[0-9]{1,13}"
        is_plain = number_format is NumberFormat.POINT and scale == 1
        self.as_it_stands = re.compile(as_it_stands if is_plain else r"(?!)")

    def __call__(self, cell: Cell) -> Decimal:
        if isinstance(cell, str) and self.as_it_stands.fullmatch(cell):
            return Decimal(cell)
        stated = _EXACT.multiply(_number(cell, self.number_format, self.currency), self.scale)
        if not -LIMIT < stated < LIMIT:
            raise UnreadableCell(
                f"{shown(cell)} comes to {stated.normalize():f} {self.currency}, which is too much. Correct "
                "it, or check whether the amounts are really in thousands or millions."
            )
        value = _EXACT.quantize(stated, self.unit) + 0  # no negative zero
        if value != stated and not self._is_noise(_EXACT.subtract(stated, value), stated):
            self.rounded.add(cell)
        return value

    def _is_noise(self, dropped: Decimal, stated: Decimal) -> bool:
        return abs(dropped) < max(self.unit / 1000, abs(stated) * _FLOAT_NOISE)


def _number(cell: Cell, number_format: NumberFormat, currency: str) -> Decimal:
    if isinstance(cell, str) and cell.strip():
        return _from_text(cell, number_format, currency)
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, dt.date):
        raise UnreadableCell(f"{cell.isoformat()} is a date. Format the cell as a number, or choose another column.")
    raise UnreadableCell("The amount is empty. Write it, or 0 if there is none.")


def _from_text(text: str, number_format: NumberFormat, currency: str) -> Decimal:
    try:
        return read_number(text, number_format)
    except UnreadableCell:
        bare = _without_currency(text, currency)
        if bare == text:
            raise
    return read_number(bare, number_format)


def _without_currency(text: str, currency: str) -> str:
    for sign in _CURRENCY.findall(text):
        if not _is_currency(sign.upper()):
            return text
        if currency not in _SIGNS.get(sign.upper(), sign.upper()).split():
            raise UnreadableCell(
                f"{shown(text)} is not in {currency}. Import amounts in another currency on their own, or correct it."
            )
    return _CURRENCY.sub("", text)


def _is_currency(sign: str) -> bool:
    try:
        return sign in _SIGNS or minor_places(sign) >= 0
    except UnknownCurrency:
        return False
