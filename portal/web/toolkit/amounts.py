"""Amounts of money as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import StringField, ValidationError

MOST = Decimal(10) ** 15


def read_amount(text: str) -> Decimal:
    """`1,250,000.50` as a Decimal; ValueError for anything that is no number a ledger keeps."""
    try:
        amount = Decimal("".join(text.split()).replace(",", ""))
    except InvalidOperation as error:
        raise ValueError from error
    if not amount.is_finite() or abs(amount) >= MOST or amount != round(amount, 4):
        raise ValueError
    return amount


class AmountField(StringField):  # type: ignore[misc]  # wtforms is not typed
    """An amount as people type it (`1,250,000.50`), read as a Decimal; nothing typed is `empty`."""

    data: Any

    def __init__(self, *given: Any, empty: Decimal | None = None, **more: Any) -> None:
        super().__init__(*given, render_kw={"inputmode": "decimal"}, **more)
        self._empty = empty

    def process_formdata(self, values: list[Any]) -> None:
        """Read the text as an exact amount."""
        text = values[0].strip() if values else ""
        try:
            self.data = read_amount(text) if text else self._empty
        except ValueError as error:
            raise ValidationError("Write the amount in digits, such as 1,250,000.50.") from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return f"{self.data:,.2f}" if self.data == round(self.data, 2) else f"{self.data.normalize():,f}"
