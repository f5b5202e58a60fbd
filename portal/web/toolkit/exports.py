"""Lists to take away: CSV as it is read from the database, XLSX as a file.

Amounts are plain numbers in their currency's places, dates ISO 8601. A text that a spreadsheet would take for a
formula is put behind an apostrophe.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from flask import Response, request, stream_with_context

from portal.domain.identity.audit.services import record_act
from portal.platform import tenancy
from portal.platform.errors import Invalid, NotFound
from portal.platform.ratelimit import Call
from portal.platform.resources import resources
from portal.platform.spreadsheets import defused
from portal.platform.tenancy import Tenancy
from portal.web.toolkit.session import actor

Cell = str | Decimal | date | int | None
BLOCK = 64 * 1024
SHEET_ROWS = 1_000_000
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number; longer ones go as text
WIDTH = 18
KINDS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(kind: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The rows as an attachment called `name`.`kind`, which is recorded; NotFound for a kind that is neither csv nor
    xlsx, Limited for one more than a person may take in a minute."""
    if kind not in KINDS:
        raise NotFound
    _take(f"{name}.{kind}")
    if kind == "csv":
        blocks = _in_tenancy(tenancy.current(), _csv(columns, rows))
        response = Response(stream_with_context(blocks), content_type="text/csv; charset=utf-8")
    else:
        response = Response(_file_blocks(_xlsx(columns, rows)), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def export_workbook(name: str, write: Callable[[Any], None]) -> Response:
    """A workbook with formulas as an attachment called `name`.xlsx, filled by `write`, which is given XlsxWriter's;
    recorded and limited as `export` is."""
    _take(f"{name}.xlsx")
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        write(book)
    response = Response(content.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _take(file: str) -> None:
    """Count and record that a list is taken away."""
    resources().limiter.count_call(Call.EXPORT, str(actor().user_id))
    record_act(actor().user_id, "data.export", f"list:{request.blueprint}", file=file)


def _in_tenancy(reader: Tenancy | None, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, read for whom the request was: it is over, and its tenancy with it, before the first is sent."""
    if reader is None:
        raise RuntimeError("An export is read for somebody.")
    with tenancy.acting_as(reader):
        yield from blocks


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Blocks of 64 KiB. The mark in front tells spreadsheets that it is UTF-8."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        if buffer.tell() >= BLOCK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A workbook with one sheet in a temporary file, ready to be read; Invalid where a sheet cannot hold it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it has been sent
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, WIDTH)
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    writer = _Sheet(book, sheet)
    for place, row in enumerate(rows, 1):
        if place > SHEET_ROWS:
            raise Invalid("A spreadsheet holds a million rows and this is more. Narrow the list, or take it as CSV.")
        for column, value in enumerate(row):
            writer.write(place, column, value)
    book.close()
    file.seek(0)
    return file


class _Sheet:
    """Writes each kind of value as what it is; formats are made once."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.book, self.sheet = book, sheet
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.numbers: dict[int, Any] = {}

    def write(self, row: int, column: int, value: Cell) -> None:
        if isinstance(value, Decimal):
            self._number(row, column, value)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, value, self.day)
        elif isinstance(value, int):
            self.sheet.write_number(row, column, value)
        elif value is not None:
            self.sheet.write_string(row, column, value)

    def _number(self, row: int, column: int, value: Decimal) -> None:
        _, digits, exponent = value.as_tuple()
        if len(digits) > EXACT_DIGITS:
            self.sheet.write_string(row, column, f"{value:f}")
            return
        places = max(-int(exponent), 0)
        if places not in self.numbers:
            pattern = "#,##0" + (f".{'0' * places}" if places else "")
            self.numbers[places] = self.book.add_format({"num_format": pattern})
        self.sheet.write_number(row, column, value, self.numbers[places])


def _file_blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK):
            yield block
