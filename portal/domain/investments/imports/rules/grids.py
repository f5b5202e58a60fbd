"""A file's cells before anything is known about them, and how many of them are accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.investments.imports.errors import FileTooLarge
from portal.domain.investments.imports.values.tables import EXCEL_EPOCH, Cell, Row

MAX_BYTES = 25 * 1024 * 1024
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 256
MAX_CELLS = 5_000_000
LAST_ROW = 1_048_576  # where a spreadsheet ends, so that blank rows cannot go on for ever


@dataclass(frozen=True, slots=True)
class Grid:
    """Every row of a file from its first, blank ones as `()`, none with empty cells at its end."""

    rows: list[Row]
    notes: tuple[str, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    epoch: dt.date = EXCEL_EPOCH


def gathered(rows: Iterable[list[Cell]]) -> list[Row]:
    """The rows as tuples without the empty cells and rows at their ends; raises FileTooLarge at a limit."""
    kept: list[Row] = []
    filled = cells = 0
    for row in rows:
        cells += len(row)
        while row and row[-1] is None:
            row.pop()
        filled += bool(row)
        if filled > MAX_ROWS or cells > MAX_CELLS or len(row) > MAX_COLUMNS or len(kept) >= LAST_ROW:
            raise too_large()
        kept.append(tuple(row))
    while kept and not kept[-1]:
        kept.pop()
    return kept


def too_large() -> FileTooLarge:
    """The refusal of a file with too much in it."""
    return FileTooLarge(
        f"The file holds more than {MAX_ROWS:,} rows, {MAX_COLUMNS} columns or {MAX_CELLS:,} cells. "
        "Split it, or delete the rows and columns that are not needed, and upload again."
    )
