"""An uploaded file as a table: its kind is told from its content, its header from its first rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from openpyxl.utils import get_column_letter

from portal.domain.investments.imports.errors import (
    EmptyFile,
    FileTooLarge,
    MissingHeader,
    WrongFileType,
)
from portal.domain.investments.imports.rules.delimited import read_delimited
from portal.domain.investments.imports.rules.grids import MAX_BYTES, Grid
from portal.domain.investments.imports.rules.workbooks import locked, read_workbook
from portal.domain.investments.imports.values.tables import Cell, Row, Table

_TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and the wrapping of a workbook with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = ((b"%PDF", "a PDF"), (b"<", "a web page or XML"), (b"{", "JSON"))
_TITLE_ROWS = 20  # how far down a header may stand below lines of title
_VALUE = re.compile(r"[-+($€£¥ ]*[0-9][0-9.,/'\-: ]*[)%]?")


def read_table(content: bytes, filename: str) -> Table:
    """The table in a CSV file or in the first sheet of an XLSX workbook that has anything in it.

    CSV may be UTF-8, UTF-16 or Windows-1252, separated by comma, semicolon, tab or bar. Cells are text;
    in workbooks also dates and exact decimals; an empty one is None. Lines of title above the header are
    skipped, names that stand twice get a number: `notes` says so. Raises UnreadableFile in one of its
    kinds, with a message that says what to do.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(
            f"The file is larger than {MAX_BYTES >> 20} MiB. Split it into several files and upload them one "
            "after another."
        )
    if not content.strip():
        raise EmptyFile("The file is empty. Choose another one.")
    is_workbook = _is_workbook(content, PurePath(filename).suffix.lower())
    return _table(read_workbook(content) if is_workbook else read_delimited(content))


def _is_workbook(content: bytes, suffix: str) -> bool:
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise locked()
        raise WrongFileType("This is a workbook in the old .xls format. Save it as .xlsx and upload that.")
    if suffix != ".xlsx" and suffix not in _TEXT_SUFFIXES:
        raise WrongFileType(
            f"Files named “{suffix or 'without an ending'}” are not read here. Upload a .csv or an .xlsx file."
        )
    is_archive = content.startswith(_ZIP)
    if is_archive != (suffix == ".xlsx"):
        found = "an Excel workbook or another archive" if is_archive else "no Excel workbook"
        raise WrongFileType(
            f"The file is named “{suffix}” but its content is {found}. Give it the right ending, or save it "
            "again in the format its name says."
        )
    if not is_archive:
        _refuse_foreign(content)
    return is_archive


def _refuse_foreign(content: bytes) -> None:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, name in _FOREIGN:
        if start.startswith(mark):
            raise WrongFileType(f"The content of the file is {name}, not a table. Upload a .csv or .xlsx file.")


def _table(grid: Grid) -> Table:
    place = _header_place(grid.rows)
    header, notes = _named(grid.rows[place])
    rows = [_filled(row, len(header)) for row in grid.rows[place + 1 :]]
    if not rows:
        raise EmptyFile("The file holds the names of its columns and no rows below them. Choose another one.")
    if any(grid.rows[:place]):
        notes = (f"The header was found in row {place + 1}; what stands above it was not read.", *notes)
    return Table(
        header=header,
        rows=rows,
        first_row=place + 2,
        notes=(*grid.notes, *notes),
        sheet=grid.sheet,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        epoch=grid.epoch,
    )


def _header_place(rows: Sequence[Row]) -> int:
    """Index of the header: the first row with more than one cell, or else the first with any."""
    places = [place for place, row in enumerate(rows[:_TITLE_ROWS]) if row]
    if not places:
        raise EmptyFile("The first rows of the file are empty. Delete them, or choose another file.")
    place = next((place for place in places if _count(rows[place]) > 1), places[0])
    values = sum(_is_value(cell) for cell in rows[place])
    if values == _count(rows[place]) or (values > 1 and values * 3 >= _count(rows[place])):
        raise MissingHeader(
            f"Row {place + 1} holds dates or amounts where the names of the columns belong. Add a first row "
            "that names each column, such as account, vehicle, date, amount."
        )
    return place


def _count(row: Row) -> int:
    return sum(cell is not None for cell in row)


def _is_value(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or _VALUE.fullmatch(cell) is not None)


def _named(cells: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A name of its own for each column, and a note for each that had to be told apart."""
    letters = [get_column_letter(place) for place in range(1, len(cells) + 1)]
    wanted = [
        " ".join(str(cell or "").split()) or f"Column {letter}" for cell, letter in zip(cells, letters, strict=True)
    ]
    spoken_for = {name.casefold() for name in wanted}
    taken: set[str] = set()
    notes = []
    for place, name in enumerate(wanted):
        number = 1
        while wanted[place].casefold() in (taken if number == 1 else taken | spoken_for):
            number += 1
            wanted[place] = f"{name} ({number})"
        taken.add(wanted[place].casefold())
        if number > 1:
            notes.append(
                f"More than one column is named “{name}”; the one in column {letters[place]} is called "
                f"“{wanted[place]}” here."
            )
    return tuple(wanted), tuple(notes)


def _filled(row: Row, width: int) -> Row:
    if not row or len(row) >= width:
        return row
    return row + (None,) * (width - len(row))
