"""Names, references, types and years: the cells that are words rather than figures."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.domain.investments.imports.rules.columns import UnreadableCell, shown
from portal.domain.investments.imports.values.tables import Cell, TransactionType
from portal.platform.ids import name_key

LONGEST_NAME = 200
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0+)?")
_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)

_SYNONYMS = {
    TransactionType.COMMITMENT: "committed capital, capital commitment, commitments, total commitment",
    TransactionType.CONTRIBUTION: (
        "contributions, capital call, call, drawdown, draw down, capital contribution, capital called, paid "
        "in, paid in capital, takedown, called capital, funding"
    ),
    TransactionType.DISTRIBUTION: (
        "distributions, dist, cash distribution, proceeds, capital distribution, distributed"
    ),
    TransactionType.RETURN_OF_CAPITAL: "roc, capital return, returned capital, return of contributions",
    TransactionType.GAIN: (
        "gains, capital gain, capital gains, realised gain, realized gain, realised gains, realized gains, "
        "realised capital gain, realized capital gain"
    ),
    TransactionType.DIVIDEND: "dividends, income dividend, dividend income, div",
    TransactionType.INTEREST: "interest income, interest payment, coupon, int",
    TransactionType.OTHER_INCOME: "miscellaneous income, misc income",
    TransactionType.RETURN_OF_UNUSED: "return of unused capital, return of excess capital, unused capital",
    TransactionType.IN_KIND: "distribution in kind, in kind distribution, stock distribution",
    TransactionType.CARRIED_INTEREST: "incentive allocation",
    TransactionType.CLAWBACK: (
        "carry clawback, gp clawback, carried interest clawback, clawback of carry, carry paid back, carry payback, "
        "payback"
    ),
    TransactionType.FEE_REBATE: "fee rebates, fee offset, fee offsets, management fee offset, rebate",
    TransactionType.EXPENSE: "expenses, partnership expense, partnership expenses, fund expenses",
    TransactionType.INVESTMENT_INCOME: "income of investments, interest and dividend income",
    TransactionType.INTEREST_EXPENSE: "borrowing costs, interest on borrowings",
    TransactionType.PLACEMENT_FEE: "placement fees",
    TransactionType.INVESTMENT_GAIN: "gain on investments, realised gain on investments, realized gain on investments",
    TransactionType.INVESTMENT_LOSS: "loss on investments, realised loss on investments, realized loss on investments",
    TransactionType.FEE: "fees, management fee, management fees, mgmt fee, mgmt fees, fund fee, advisory fee",
    TransactionType.VALUATION: (
        "nav, net asset value, market value, fair value, fmv, remaining value, ending value, current value, value"
    ),
}
_TYPES = {kind.value.replace("_", " "): kind for kind in TransactionType} | {
    spelling: kind for kind, spellings in _SYNONYMS.items() for spelling in spellings.split(", ")
}
_ALLOWED = ", ".join(kind.value for kind in TransactionType)


def read_name(cell: Cell) -> str:
    """A name of an account or vehicle with single spaces; raises UnreadableCell when there is none."""
    name = read_text(cell)
    if name is None:
        raise UnreadableCell("The name is empty. Fill it in, or delete the row if it is a total or a note.")
    return name


def read_text(cell: Cell) -> str | None:
    """A short text with single spaces, or None when the cell is empty; numbers keep their plain digits."""
    if cell is None:
        return None
    text = " ".join((f"{cell:f}" if isinstance(cell, Decimal) else str(cell)).split())
    if not text:
        return None
    if len(text) > LONGEST_NAME:
        raise UnreadableCell(f"{shown(text)} is longer than {LONGEST_NAME} characters. Shorten it.")
    if _CONTROL.search(text):
        raise UnreadableCell(f"{shown(text)} contains characters that cannot be seen. Type it again.")
    return text


def read_type(cell: Cell) -> TransactionType:
    """A transaction's type by its own name or a usual one ("capital call", "ROC", "NAV")."""
    wanted = " ".join(re.sub(r"[^a-z]+", " ", name_key(read_text(cell) or "")).split())
    if not wanted:
        raise UnreadableCell(f"The type is empty. Write one of: {_ALLOWED}.")
    if wanted in _TYPES:
        return _TYPES[wanted]
    raise UnreadableCell(f"{shown(cell)} is not a type of transaction. Write one of: {_ALLOWED}.")


def read_year(cell: Cell) -> int | None:
    """A vintage between 1900 and 2099, or None when the cell is empty."""
    text = read_text(cell)
    if text is None:
        return None
    match = _YEAR.fullmatch(text)
    if not match:
        raise UnreadableCell(f"{shown(cell)} is not a year. Write four digits, such as 2019, or leave it empty.")
    return int(match[1])
