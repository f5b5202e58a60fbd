"""A bank's file read whole, in a process that has nothing of ours: its format is told from its content."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.domain.investments.imports.values.tables import DateFormat
from portal.domain.investments.payments.errors import UnknownColumns, UnreadableStatement
from portal.domain.investments.payments.rules.bai2 import read_bai2
from portal.domain.investments.payments.rules.bank_tables import read_bank_table
from portal.domain.investments.payments.rules.camt import read_camt
from portal.domain.investments.payments.values.bank_lines import (
    LONGEST_TEXT,
    MOST_LINES,
    BankFormat,
    BankLine,
    BankStatement,
    Layout,
)
from portal.platform.money import LIMIT, InvalidAmount, Money, UnknownCurrency

_BOM = b"\xef\xbb\xbf"
_SHORT = 100  # characters of a name of the bank's, or of an account


def read_bank_file(
    content: bytes, *, currency: str, dates: DateFormat = DateFormat.AUTO, layout: Layout | None = None
) -> BankStatement:
    """The lines of a bank's statement in CSV, camt.053 or BAI2, texts cut to what is kept; `layout` says which columns
    of a CSV hold what. UnreadableStatement, UnknownColumns."""
    start = content.removeprefix(_BOM).lstrip()[:3]
    if start.startswith(b"<"):
        found = read_camt(content)
    elif start == b"01,":
        found = read_bai2(content)
    else:
        found = read_bank_table(content, currency=currency, dates=dates, layout=layout)
    if not found.lines:
        raise UnreadableStatement("The file holds no booked movement.")
    if len(found.lines) > MOST_LINES:
        raise UnreadableStatement(f"The file holds more than {MOST_LINES:,} movements. Download shorter periods.")
    return replace(found, lines=tuple(_kept(line) for line in found.lines))


def _kept(line: BankLine) -> BankLine:
    """The line in the texts' one form; a movement in an unknown currency or beyond every limit is refused."""
    try:
        Money(line.amount, line.currency)
    except (UnknownCurrency, InvalidAmount) as error:
        raise UnreadableStatement(f"Movement {line.number}: {error.message}") from error
    assert abs(line.amount) < LIMIT
    return replace(
        line,
        payer=_text(line.payer, LONGEST_TEXT),
        reference=_text(line.reference, LONGEST_TEXT),
        bank_id=_text(line.bank_id, _SHORT),
        account=_text(line.account, _SHORT),
    )


def _text(text: str, most: int) -> str:
    return "".join(each for each in " ".join(text.split()) if each.isprintable())[:most]


def read_confined(source: str, currency: str, dates: str, layout: dict[str, str] | None = None) -> dict[str, Any]:
    """What `read_bank_file` makes of the file at the path `source`, as JSON can hold it; for run_confined."""
    try:
        content = Path(source).read_bytes()
        found = read_bank_file(content, currency=currency, dates=DateFormat(dates), layout=layout)
    except UnknownColumns as error:
        return {"refused": error.message, "header": list(error.header)}
    except UnreadableStatement as error:
        return {"refused": error.message}
    lines = [
        [str(each) if isinstance(each, date | Decimal) else each for each in astuple(line)] for line in found.lines
    ]
    return {"format": found.format.value, "lines": lines, "notes": list(found.notes)}


def unpack_statement(answer: dict[str, Any]) -> BankStatement:
    """The statement that `read_confined` answered; UnreadableStatement, or UnknownColumns, where it refused."""
    if "header" in answer:
        raise UnknownColumns(answer["refused"], answer["header"])
    if "refused" in answer:
        raise UnreadableStatement(answer["refused"])
    lines = [
        BankLine(number, date.fromisoformat(booked), date.fromisoformat(value), Decimal(amount), *texts)
        for number, booked, value, amount, *texts in answer["lines"]
    ]
    return BankStatement(BankFormat(answer["format"]), tuple(lines), tuple(answer["notes"]))


def line_identities(lines: tuple[BankLine, ...]) -> list[str]:
    """What tells each line from all others of the firm: the bank's own id with account, day and amount, or else its
    whole content and how many of the same went before it in the file, so that two equal payments of a day are two and
    a file that overlaps another brings none twice."""
    seen: dict[str, int] = {}
    found = []
    for line in lines:
        words = [line.account, line.booked_on.isoformat(), f"{line.amount:f}", line.currency]
        words += (
            ["id", line.bank_id] if line.bank_id else ["text", line.value_on.isoformat(), line.payer, line.reference]
        )
        digest = hashlib.sha256("\x1f".join(words).encode()).hexdigest()
        seen[digest] = seen.get(digest, 0) + 1
        found.append(digest if seen[digest] == 1 else f"{digest}:{seen[digest]}")
    return found
