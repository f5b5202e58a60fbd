"""What an import is made of: the file as a table, how to read it, and the rows and problems found in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Cell: TypeAlias = str | dt.date | Decimal | None
Row: TypeAlias = tuple[Cell, ...]

EXCEL_EPOCH = dt.date(1899, 12, 30)  # day 0 of Excel's serial dates, its leap-year error included


class ImportKind(StrEnum):
    """What one row of the file states."""

    POSITIONS = "positions"
    TRANSACTIONS = "transactions"


class TransactionType(StrEnum):
    """What happened, in the words of the file; the types from `distribution` on to `fee_rebate` pay out, and `clawback`
    whom it is positive for: who pays carry back has it below zero."""

    COMMITMENT = "commitment"
    CONTRIBUTION = "contribution"
    DISTRIBUTION = "distribution"
    RETURN_OF_CAPITAL = "return_of_capital"
    GAIN = "gain"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    OTHER_INCOME = "other_income"
    RETURN_OF_UNUSED = "return_of_unused"
    IN_KIND = "in_kind"
    CARRIED_INTEREST = "carried_interest"
    CLAWBACK = "clawback"
    FEE_REBATE = "fee_rebate"
    FEE = "fee"
    EXPENSE = "expense"
    INVESTMENT_INCOME = "investment_income"
    INTEREST_EXPENSE = "interest_expense"
    PLACEMENT_FEE = "placement_fee"
    INVESTMENT_GAIN = "investment_gain"
    INVESTMENT_LOSS = "investment_loss"
    VALUATION = "valuation"


PAID_BY_INVESTOR = frozenset({TransactionType.CONTRIBUTION, TransactionType.FEE, TransactionType.EXPENSE})
PAID_TO_INVESTOR = frozenset(
    {
        TransactionType.DISTRIBUTION,
        TransactionType.RETURN_OF_CAPITAL,
        TransactionType.GAIN,
        TransactionType.DIVIDEND,
        TransactionType.INTEREST,
        TransactionType.OTHER_INCOME,
        TransactionType.RETURN_OF_UNUSED,
        TransactionType.IN_KIND,
        TransactionType.CARRIED_INTEREST,
        TransactionType.FEE_REBATE,
    }
)
# Goes both ways, whichever convention the file has for what is paid: who gets it above zero, who pays it below.
BOTH_WAYS = TransactionType.CLAWBACK


class DateFormat(StrEnum):
    """How dates are written; `auto` lets the file decide and asks when it does not."""

    AUTO = "auto"
    ISO = "iso"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class NumberFormat(StrEnum):
    """How amounts are written; `auto` lets the file decide and asks when it does not."""

    AUTO = "auto"
    POINT = "1,234.56"
    COMMA = "1.234,56"


AMOUNT_FIELDS = {
    ImportKind.POSITIONS: ("commitment", "paid_in", "distributed", "nav"),
    ImportKind.TRANSACTIONS: ("amount",),
}
REQUIRED_FIELDS = {
    ImportKind.POSITIONS: ("account", "vehicle", "as_of", *AMOUNT_FIELDS[ImportKind.POSITIONS]),
    ImportKind.TRANSACTIONS: ("account", "vehicle", "date", "type", "amount"),
}
OPTIONAL_FIELDS = {
    ImportKind.POSITIONS: ("vintage", "strategy"),
    ImportKind.TRANSACTIONS: ("reference", "vintage", "strategy"),
}
DATE_FIELD = {ImportKind.POSITIONS: "as_of", ImportKind.TRANSACTIONS: "date"}


@dataclass(frozen=True, slots=True)
class Table:
    """A file's header and the rows under it, in the file's order.

    `rows[i]` is row `first_row + i` as a person counts them in the file; a blank row is `()`, a short one
    is filled up with None to the header's width, and one with too many cells keeps them.
    """

    header: tuple[str, ...]
    rows: Sequence[Row]
    first_row: int = 2
    notes: tuple[str, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    epoch: dt.date = EXCEL_EPOCH


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read a table: which column holds which field, in what unit, and how values are written.

    `mapping` goes from field to column name. `account`, `vehicle` and `date` stand in for a column that
    the file does not have; they never fill an empty cell. Amounts are multiplied by `scale`. `owner`
    is the e-mail address of who is to act for the accounts that posting opens.
    """

    kind: ImportKind
    mapping: Mapping[str, str] = field(default_factory=dict)
    scale: Decimal = Decimal(1)
    currency: str = "USD"
    account: str | None = None
    vehicle: str | None = None
    date: dt.date | None = None
    date_format: DateFormat = DateFormat.AUTO
    number_format: NumberFormat = NumberFormat.AUTO
    owner: str | None = None


class PositionRow(NamedTuple):
    """What one account holds in one vehicle at a date, in whole minor units of the currency.

    `rounded` says that the file stated more than the currency's minor unit can hold.
    """

    row: int
    account: str
    vehicle: str
    as_of: dt.date
    commitment: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    currency: str
    rounded: bool = False
    vintage: int | None = None
    strategy: str | None = None


class TransactionRow(NamedTuple):
    """One dated event; its direction follows from `type`, and `amount` is never negative but of one that goes
    BOTH_WAYS."""

    row: int
    account: str
    vehicle: str
    date: dt.date
    type: TransactionType
    amount: Decimal
    reference: str | None
    currency: str
    rounded: bool = False
    vintage: int | None = None
    strategy: str | None = None


Entry: TypeAlias = PositionRow | TransactionRow


class Problem(NamedTuple):
    """What is wrong and how to mend it; row 0 is the whole file, an empty field the whole row."""

    row: int
    field: str
    message: str


class Checked(NamedTuple):
    """Everything that reading a file's rows came to; nothing may be posted while there are problems."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
