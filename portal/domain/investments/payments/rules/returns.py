"""Payments that came back: a NACHA return file (addenda 99 with an R code), or a table of them."""

from __future__ import annotations

from decimal import Decimal

from portal.domain.investments.imports.errors import UnreadableFile
from portal.domain.investments.imports.rules.columns import UnreadableCell
from portal.domain.investments.imports.rules.digits import read_number
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.values.tables import Cell, NumberFormat, Row
from portal.domain.investments.payments.errors import UnreadableStatement
from portal.domain.investments.payments.values.payouts import RETURN_CODE, PaymentReturn

WIDTH = 94
_COLUMNS = {
    "id": ("payment_id", "payment id", "trace", "trace number", "original trace number", "reference", "end to end id"),
    "code": ("code", "return code", "reason code", "r code", "reason"),
    "amount": ("amount", "return amount"),
}


def read_returns(content: bytes) -> list[PaymentReturn]:
    """The payments that a file says came back, by trace number or by the payment's own id; UnreadableStatement."""
    text = content.decode("latin-1")
    lines = [line for line in text.splitlines() if line]
    if lines and lines[0].startswith("101 ") and len(lines[0]) == WIDTH:
        found = _from_nacha(lines)
    else:
        found = _from_table(content)
    if not found:
        raise UnreadableStatement("The file tells of no payment that came back.")
    return found


def _from_nacha(lines: list[str]) -> list[PaymentReturn]:
    """Each return is an entry with an addendum of type 99 below it, which carries the first trace number."""
    if any(len(line) != WIDTH for line in lines):
        raise UnreadableStatement(f"A record has not {WIDTH} characters. Download the file from your bank again.")
    found = []
    amount: Decimal | None = None
    for line in lines:
        if line[0] == "6":
            cents = line[29:39]
            if not cents.isdigit():
                raise UnreadableStatement("An entry of the file has no amount. Download it from your bank again.")
            amount = Decimal(cents).scaleb(-2)
        if line.startswith("799"):
            found.append(PaymentReturn(line[6:21].strip(), line[3:6], amount))
            amount = None
    return found


def _from_table(content: bytes) -> list[PaymentReturn]:
    try:
        table = read_table(content, "returns.csv")
    except UnreadableFile as error:
        raise UnreadableStatement(error.message) from error
    names = [" ".join(name.casefold().replace("-", " ").split()) for name in table.header]
    places = {
        field: next((names.index(each) for each in wanted if each in names), None) for field, wanted in _COLUMNS.items()
    }
    if places["id"] is None or places["code"] is None:
        raise UnreadableStatement("Name the columns payment_id (or trace) and code.")
    found = []
    for number, row in enumerate(table.rows, start=table.first_row):
        id_, code, amount = (_cell(row, places[each]) for each in _COLUMNS)
        if id_ is None:
            continue
        if not RETURN_CODE.fullmatch(str(code or "").strip().upper()):
            raise UnreadableStatement(f"Row {number}: “{code}” is no return code, such as R02.")
        found.append(PaymentReturn(str(id_).strip(), str(code).strip().upper(), _amount(amount, number)))
    return found


def _cell(row: Row, place: int | None) -> Cell:
    return row[place] if row and place is not None else None


def _amount(cell: object, number: int) -> Decimal | None:
    if cell is None:
        return None
    try:
        return abs(read_number(str(cell), NumberFormat.POINT))
    except UnreadableCell as error:
        raise UnreadableStatement(f"Row {number}: {error}") from error
