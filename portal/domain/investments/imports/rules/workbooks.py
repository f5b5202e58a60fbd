"""Rows out of an Excel workbook: values only, exact, after the archive has proven harmless."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook

from portal.domain.investments.imports.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    FormulaWithoutResult,
    UnreadableFile,
    WrongFileType,
)
from portal.domain.investments.imports.rules.grids import MAX_UNPACKED_BYTES, Grid, gathered
from portal.domain.investments.imports.values.tables import Cell

_MAX_MEMBERS = 5_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def read_workbook(content: bytes) -> Grid:
    """All rows of a workbook's first visible sheet with anything in it; raises UnreadableFile.

    Floats are taken by their shortest text, so that 0.1 stays 0.1; times of day are dropped from dates.
    """
    has_formulas = _inspected(content)
    try:
        return _read(content, has_formulas)
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl meets a broken workbook with whatever error comes first
        raise DamagedFile(
            "The workbook is damaged or uses something that is not read here. Open it in a spreadsheet "
            "program, save it again as .xlsx and upload that."
        ) from error


def _read(content: bytes, has_formulas: bool) -> Grid:
    book = _opened(content, results=True)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    for sheet in visible:
        sheet.reset_dimensions()
        rows = gathered([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True))
        if not rows:
            continue
        if has_formulas:
            _require_results(content, sheet.title)
        notes = (f"Read sheet “{sheet.title}”, one of {len(visible)}.",) if len(visible) > 1 else ()
        return Grid(rows, notes, sheet=sheet.title, epoch=book.epoch.date())
    raise EmptyFile("The workbook has no sheet with anything in it. Choose another file.")


def _opened(content: bytes, *, results: bool) -> Any:
    """Untyped, since the stubs do not know that sheets of a read-only workbook differ from others."""
    book: Workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=results, keep_links=False)
    return book


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else str(value)


def _require_results(content: bytes, title: str) -> None:
    """Refuse a sheet that holds a formula without its stored result, which would read as an empty cell."""
    shown, written = (_opened(content, results=results)[title] for results in (True, False))
    for sheet in (shown, written):
        sheet.reset_dimensions()
    for results, formulas in zip(shown.iter_rows(), written.iter_rows(), strict=True):
        for result, formula in zip(results, formulas, strict=True):
            # An empty text is a result too: it keeps its type "str" although no value is stored.
            if formula.data_type == "f" and result.value is None and result.data_type != "str":
                raise FormulaWithoutResult(
                    f"Cell {formula.coordinate} of sheet “{title}” holds a formula whose result is not "
                    "stored in the file. Open it in a spreadsheet program and save it again, or paste the "
                    "values in place of the formulas."
                )


def _inspected(content: bytes) -> bool:
    """Whether the workbook has formulas; refuses an archive that is no workbook, locked or far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _require_workbook({member.filename for member in members})
            if any(member.flag_bits & 1 for member in members):
                raise locked()
            # Reading a member stops at its declared size, so that the sum is an upper limit.
            if len(members) > _MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED_BYTES:
                raise FileTooLarge(
                    f"The workbook unpacks to more than {MAX_UNPACKED_BYTES >> 20} MiB. Delete pictures and "
                    "sheets that are not needed, or save the sheet as CSV, and upload again."
                )
            sheets = [m for m in members if m.filename.startswith("xl/") and m.filename.endswith(".xml")]
            return any([_has_formula(archive.read(member)) for member in sheets])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DamagedFile("The workbook is damaged. Save it again as .xlsx and upload that.") from error


def _require_workbook(names: set[str]) -> None:
    if any(name.endswith(("vbaProject.bin", "workbook.bin")) for name in names):
        raise WrongFileType(
            "Workbooks with macros and binary workbooks are not accepted. Save it as “Excel workbook "
            "(.xlsx)” and upload that."
        )
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise WrongFileType(
            "The file is an archive, not an Excel workbook. Save the sheet as .xlsx or CSV and upload that."
        )


def _has_formula(part: bytes) -> bool:
    if b"<!DOCTYPE" in part:
        raise DamagedFile(
            "The workbook defines its own entities, which no spreadsheet program writes. Save it again as .xlsx."
        )
    return _FORMULA.search(part) is not None


def locked() -> EncryptedFile:
    """The refusal of a file that opens only with a password."""
    return EncryptedFile("The file is protected by a password. Save it without one and upload it again.")
