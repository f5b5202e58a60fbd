"""Statements as spreadsheets: the nine columns of the ILPA template side by side, totals as live formulas.

All figures come from the snapshot. The same snapshot gives the same bytes for as long as the library that writes them
stays the same.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from portal.domain.investments.statements.values.notes import list_notes
from portal.domain.investments.statements.values.snapshots import (
    COLUMNS,
    LINE_PARTS,
    SIDE_LABELS,
    Snapshot,
)
from portal.platform import formatting
from portal.platform.money import minor_places
from portal.platform.spreadsheets import defused

BEGINNING = datetime(2000, 1, 1)  # noqa: DTZ001  # spreadsheets have no time zones; files of the same figures are the same
RETURNS = (
    ("commitment", "Commitment"), ("paid_in", "Paid in"), ("distributed", "Distributed"), ("nav", "Net asset value"),
)  # fmt: skip
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number; longer ones go as text
RATIOS = (("dpi", "DPI"), ("rvpi", "RVPI"), ("tvpi", "TVPI"), ("pic", "PIC"), ("irr", "IRR"))


def write_statement_sheet(snapshot: Snapshot, figures_digest: str, verify_at: str) -> bytes:
    """A workbook with a statement: its lines, returns, transactions and notes. `figures_digest` and where it can be
    checked stand in its head."""
    return _Workbook(snapshot).write(figures_digest, verify_at)


class _Workbook:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.target, {"in_memory": True})
        self.book.set_properties({"title": f"Capital account statement {snapshot.number}", "created": BEGINNING})
        places = minor_places(snapshot.currency)
        pattern = "#,##0" + (f".{'0' * places}" if places else "")
        pattern = f"{pattern};({pattern})"
        self.amount = self.book.add_format({"num_format": pattern})
        self.total = self.book.add_format({"num_format": pattern, "bold": True, "top": 1})
        self.bold = self.book.add_format({"bold": True})
        self.head = self.book.add_format({"bold": True, "align": "right", "bottom": 1})
        self.ratio = self.book.add_format({"num_format": "0.0000000000"})

    def write(self, figures_digest: str, verify_at: str) -> bytes:
        self._lines(figures_digest, verify_at)
        self._returns()
        self._transactions()
        self._notes()
        self.book.close()
        return self.target.getvalue()

    def _lines(self, figures_digest: str, verify_at: str) -> None:
        sheet, snapshot = self.book.add_worksheet("Statement"), self.snapshot
        particulars = (
            ("Firm", snapshot.firm), ("Account", snapshot.account), ("Vehicle", snapshot.vehicle),
            ("Period", f"{snapshot.period.starts_on.isoformat()} to {snapshot.period.ends_on.isoformat()}"),
            ("Statement", f"{snapshot.number}, version {snapshot.version}"),
            ("Prepared", snapshot.prepared_on.isoformat()), ("Currency", snapshot.currency),
            ("Figures (SHA-256)", figures_digest), ("Check it at", verify_at),
        )  # fmt: skip
        for row, (name, value) in enumerate(particulars):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, defused(value))
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 3 * len(snapshot.sides), 18)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        row = self._columns(sheet, len(particulars) + 1)
        sheet.freeze_panes(row, 1)
        for part in ("account_lines", "commitment_lines"):
            row = self._part(sheet, row, part) + 1

    def _columns(self, sheet: Any, row: int) -> int:
        names = (self.snapshot.period.label, "Year to date", "Since inception")
        for place, side in enumerate(self.snapshot.sides):
            sheet.write_string(row, 1 + 3 * place, SIDE_LABELS[side], self.bold)
            for offset, name in enumerate(names):
                sheet.write_string(row + 1, 1 + 3 * place + offset, name, self.head)
        return row + 2

    def _part(self, sheet: Any, first: int, part: str) -> int:
        """The lines of a part from the row `first` on, those that any side states; the row after them."""
        snapshot = self.snapshot
        stated = {line.code for side in snapshot.sides.values() for line in getattr(side, part)}
        codes = [code for code in snapshot.labels if code in stated]
        rows = {code: first + place for place, code in enumerate(codes)}
        for code, row in rows.items():
            total = code in LINE_PARTS
            sheet.write_string(row, 0, snapshot.labels[code], self.bold if total else None)
            amounts = [side.line(code).amount(column) for side in snapshot.sides.values() for column in COLUMNS]
            for column, amount in enumerate(amounts, 1):
                if total and _exact(amount):
                    cells = [xl_rowcol_to_cell(rows[part], column) for part in LINE_PARTS[code] if part in rows]
                    sheet.write_formula(row, column, "=" + "+".join(cells), self.total, float(amount))
                else:
                    self._amount(sheet, row, column, amount)
        return first + len(codes)

    def _amount(self, sheet: Any, row: int, column: int, amount: Decimal) -> None:
        if _exact(amount):
            sheet.write_number(row, column, amount, self.amount)
        else:
            sheet.write_string(row, column, f"{amount:f}")

    def _returns(self) -> None:
        sheet, stated = self.book.add_worksheet("Performance"), self.snapshot.performance
        sheet.set_column(0, 1, 24)
        sheet.write_string(0, 0, f"Net, since inception, as of {stated.as_of.isoformat()}", self.bold)
        for row, (name, label) in enumerate((*RETURNS, *RATIOS), 1):
            value: Decimal | None = getattr(stated, name)
            short = name == "irr" and value is not None and not stated.irr_annualised
            sheet.write_string(row, 0, f"{label}, not annualised" if short else label)
            if value is None:
                sheet.write_string(row, 1, formatting.UNDEFINED)
            elif (name, label) in RATIOS:
                sheet.write_number(row, 1, value, self.ratio)
            else:
                self._amount(sheet, row, 1, value)

    def _transactions(self) -> None:
        sheet = self.book.add_worksheet("Transactions")
        sheet.set_column(0, 4, 20)
        sheet.write_row(0, 0, ["Date", "What", "Reference", "Capital account", "Unfunded"], self.bold)
        for row, each in enumerate(self.snapshot.transactions, 1):
            words: Sequence[str] = (each.on.isoformat(), each.label, each.reference)
            for column, text in enumerate(words):
                sheet.write_string(row, column, defused(text))
            self._amount(sheet, row, 3, each.account_effect)
            self._amount(sheet, row, 4, each.unfunded_effect)

    def _notes(self) -> None:
        sheet = self.book.add_worksheet("Notes")
        sheet.set_column(0, 0, 140)
        for row, note in enumerate(list_notes(self.snapshot)):
            values = note.values.items()
            shown = {name: value if isinstance(value, str) else value.isoformat() for name, value in values}
            sheet.write_string(row, 0, note.text % shown)


def _exact(amount: Decimal) -> bool:
    return len(amount.as_tuple().digits) <= EXACT_DIGITS
