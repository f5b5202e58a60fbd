"""What a bank tells: dated, signed amounts with who paid them and what they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

LONGEST_TEXT = 500
MOST_LINES = 20_000


class BankFormat(StrEnum):
    """The formats of a bank's statements that are read."""

    CSV = "csv"
    CAMT = "camt.053"
    BAI2 = "bai2"


# What somebody can say of the columns of a table: the field, by the name of the column that holds it.
CHOSEN = ("booked_on", "amount", "credit", "debit", "reference", "payer")
Layout = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BankLine:
    """A movement on the firm's account: positive is money that came in. `bank_id` is the bank's own name for it, empty
    where it gives none; `number` is its place in the file, from 1."""

    number: int
    booked_on: date
    value_on: date
    amount: Decimal
    currency: str
    payer: str
    reference: str
    bank_id: str
    account: str


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A file of a bank as it was read; `notes` are sentences about what was left aside."""

    format: BankFormat
    lines: tuple[BankLine, ...]
    notes: tuple[str, ...] = ()
