"""A bank's statement as CSV: columns are found by the names that banks give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from portal.domain.investments.imports.errors import UnreadableFile
from portal.domain.investments.imports.rules.columns import Column, UndecidedFormat, UnreadableCell, read_column
from portal.domain.investments.imports.rules.dates import date_reader, decide_date_format
from portal.domain.investments.imports.rules.digits import decide_number_format, read_number
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.values.tables import Cell, DateFormat, NumberFormat, Table
from portal.domain.investments.payments.errors import UnknownColumns, UnreadableStatement
from portal.domain.investments.payments.values.bank_lines import CHOSEN, BankFormat, BankLine, BankStatement, Layout
from portal.platform.money import InvalidAmount, Money, UnknownCurrency

# What banks call a column, the likeliest first; every column of `reference` that is there is read.
NAMES = {
    "booked_on": (
        "booking date, bookingdate, posting date, post date, posted date, transaction date, as of date, date, "
        "completed date, buchungstag, buchungsdatum, date de comptabilisation, date operation, fecha"
    ),
    "value_on": "value date, valuedate, valuta, valutadatum, wertstellung, wert, date de valeur, effective date",
    "amount": "amount, transaction amount, signed amount, betrag, montant, importe, amount usd, amount eur",
    "credit": "credit, credits, credit amount, paid in, money in, deposit, deposits, haben, gutschrift, incoming",
    "debit": "debit, debits, debit amount, paid out, money out, withdrawal, withdrawals, soll, belastung, outgoing",
    "payer": (
        "payer, payer name, counterparty, counterparty name, name, party, originator, originator name, sender, "
        "debtor, debtor name, auftraggeber, beguenstigter zahlungspflichtiger, "
        "name zahlungsbeteiligter, auftraggeber beguenstigter, counter party"
    ),
    "reference": (
        "reference, customer reference, customer ref, payment reference, remittance information, remittance, "
        "description, details, transaction details, payment details, narrative, memo, text, additional information, "
        "verwendungszweck, buchungstext, libelle, concepto, end to end reference, kundenreferenz"
    ),
    "bank_id": (
        "bank reference, bank ref, transaction id, transactionid, transaction reference, transaction number, fitid, "
        "id, bank id, unique id, bankreferenz"
    ),
    "currency": "currency, ccy, waehrung, devise, moneda, account currency",
    "account": "account, account number, iban, account no, kontonummer, konto, auftragskonto",
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ñ": "n"})
_MENDED = "Mend it, or download the file from your bank again."


def read_bank_table(
    content: bytes, *, currency: str, dates: DateFormat = DateFormat.AUTO, layout: Layout | None = None
) -> BankStatement:
    """The movements in a CSV file; `currency` stands in where no column says it, `dates` says how days are written
    where the file does not show it, `layout` which columns hold what. UnreadableStatement, UnknownColumns."""
    try:
        table = read_table(content, "statement.csv")
        columns = map_columns(table.header, layout)
        lines = list(_lines(table, columns, currency, dates))
    except (UnreadableFile, UndecidedFormat) as error:
        raise UnreadableStatement(str(error)) from error
    taken = {name for names in columns.values() for name in names}
    ignored = [name for name in table.header if name not in taken]
    notes = (f"Columns that were not read: {', '.join(ignored)}.",) if ignored else ()
    return BankStatement(BankFormat.CSV, tuple(lines), notes)


def map_columns(header: Sequence[str], layout: Layout | None = None) -> dict[str, list[str]]:
    """Which columns hold which field: those of the layout where the file has them all, the others by their names.
    UnknownColumns where the date or the amount is not among them."""
    by_key: dict[str, str] = {}
    for name in header:
        by_key.setdefault(_key(name), name)
    found: dict[str, list[str]] = {}
    for field, names in NAMES.items():
        there = [by_key[key] for key in names.split(", ") if key in by_key]
        found[field] = there if field == "reference" else there[:1]
    if layout and set(layout.values()) <= set(header):
        found |= {field: [layout[field]] if field in layout else [] for field in CHOSEN}
    if not found["booked_on"] and found["value_on"]:
        found["booked_on"] = found["value_on"]
    missing = [] if found["booked_on"] else ["the date"]
    if not found["amount"] and not (found["credit"] or found["debit"]):
        missing.append("the amount")
    if missing:
        raise UnknownColumns(f"No column holds {' or '.join(missing)} by its name. Say which one does.", header)
    return found


def _key(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold().translate(_UMLAUTS)).split())


def _lines(table: Table, columns: dict[str, list[str]], currency: str, dates: DateFormat) -> Iterator[BankLine]:
    places = {field: [table.header.index(name) for name in names] for field, names in columns.items()}
    rows = [(number, row) for number, row in enumerate(table.rows, start=table.first_row) if row]

    def cells(field: str) -> list[Cell]:
        place = places[field][0] if places[field] else None
        return [None if place is None else row[place] for _, row in rows]

    numbers = [number for number, _ in rows]
    dated = cells("booked_on"), cells("value_on")
    read = date_reader(decide_date_format([*dated[0], *dated[1]], dates), table.epoch)
    booked = _dates(dated[0], read, numbers)
    value = _dates([late or on for on, late in zip(*dated, strict=True)], read, numbers)
    amounts = _amounts(table, numbers, *(cells(name) for name in ("amount", "credit", "debit")))
    for place, (number, row) in enumerate(rows):
        if not amounts[place]:
            continue
        own = _word(cells_at(row, places["currency"])).upper() or currency
        yield BankLine(
            number=number,
            booked_on=booked[place],
            value_on=value[place],
            amount=_checked(amounts[place], own, number),
            currency=own,
            payer=_word(cells_at(row, places["payer"])),
            reference=" ".join(_word([each]) for each in cells_at(row, places["reference"]) if each is not None),
            bank_id=_word(cells_at(row, places["bank_id"])),
            account=_word(cells_at(row, places["account"])),
        )


def cells_at(row: Sequence[Cell], places: Sequence[int]) -> list[Cell]:
    """The cells of a row at `places`, in their order."""
    return [row[place] for place in places]


def _word(cells: Sequence[Cell]) -> str:
    return " ".join(str(cells[0]).split()) if cells and cells[0] is not None else ""


def _dates(cells: Sequence[Cell], read: Callable[[Cell], date], numbers: Sequence[int]) -> Sequence[date]:
    found = read_column(cells, read)
    _refuse(found, numbers)
    return found.values


def _amounts(
    table: Table, numbers: Sequence[int], signed: Sequence[Cell], credits_: Sequence[Cell], debits: Sequence[Cell]
) -> list[Decimal]:
    """Signed amounts: of one column, or of one for what came in and one for what went out."""
    written = decide_number_format([*signed, *credits_, *debits], NumberFormat.AUTO, table.delimiter)

    def read(cell: Cell) -> Decimal:
        text = "" if cell is None else re.sub(r"[A-Z]{3}|[$€£¥]", "", str(cell)).strip()
        return read_number(text, written) if text else Decimal(0)

    columns = [read_column(cells, read) for cells in (signed, credits_, debits)]
    for column in columns:
        _refuse(column, numbers)
    one, came, went = (column.values for column in columns)
    return [own or abs(plus) - abs(minus) for own, plus, minus in zip(one, came, went, strict=True)]


def _refuse(column: Column[object], numbers: Sequence[int]) -> None:
    if column.failures:
        place = min(column.failures)
        raise UnreadableStatement(f"Row {numbers[place]}: {column.failures[place]} {_MENDED}")


def _checked(amount: Decimal, currency: str, number: int) -> Decimal:
    try:
        return Money(amount, currency).amount
    except (InvalidAmount, UnknownCurrency, UnreadableCell) as error:
        raise UnreadableStatement(f"Row {number}: {error} {_MENDED}") from error
