"""XLSX workbooks: exact values, the right sheet, and nothing that harms whoever opens them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.domain.investments.imports.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    FormulaWithoutResult,
    WrongFileType,
)
from portal.domain.investments.imports.rules import grids
from portal.domain.investments.imports.rules.tables import read_table
from tests.domain.investments.imports.files import with_part, xlsx_file

HEADER = ("account", "date", "amount")
SHEET = "xl/worksheets/sheet1.xml"

cells = (
    st.none()
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="_￾￿"), min_size=1)
    .filter(lambda text: text.strip() and not text.startswith("="))
    .filter(lambda text: text == text.strip())
    | st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31))
    | st.integers(-(10**15), 10**15)
    | st.floats(-1e12, 1e12)
)


def test_values_keep_their_kind_and_their_digits() -> None:
    row = ("A", dt.date(2024, 3, 31), 24.096353999999998)
    later = (7, dt.datetime.fromisoformat("2024-03-31T23:59:59"), 0.1)
    content = xlsx_file({"Flows": [HEADER, row, later, (True, None, -3)]})
    as_excel_stores_it = with_part(content, SHEET, (b"<v>24.096354</v>", b"<v>24.096353999999998</v>"))
    table = read_table(as_excel_stores_it, "a.xlsx")

    assert table.rows == [
        ("A", dt.date(2024, 3, 31), Decimal("24.096353999999998")),
        (Decimal(7), dt.date(2024, 3, 31), Decimal("0.1")),
        ("TRUE", None, Decimal(-3)),
    ]
    assert (table.sheet, table.first_row, table.encoding, table.delimiter) == ("Flows", 2, None, None)


def _stored(cell: object) -> object:
    """A value as openpyxl, which writes floats with 16 digits, puts it into the file."""
    if isinstance(cell, float):
        return Decimal(repr(float(f"{cell:.16g}")))
    return Decimal(cell) if isinstance(cell, int) else cell


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells).filter(any), min_size=1, max_size=8))
def test_any_values_come_back_as_they_were_written(rows: list[tuple[object, object, object]]) -> None:
    expected = [tuple(_stored(cell) for cell in row) for row in rows]
    table = read_table(xlsx_file({"Any": [HEADER, *rows]}), "a.xlsx")

    assert table.rows == expected


def test_the_first_visible_sheet_with_anything_in_it_is_read() -> None:
    sheets = {"Notes": [("secret", "x")], "Empty": [], "Data": [HEADER, ("A", "B", 1)], "More": [("x", "y")]}
    table = read_table(xlsx_file(sheets, hidden=["Notes"]), "a.xlsx")

    assert table.sheet == "Data"
    assert table.notes == ("Read sheet “Data”, one of 3.",)


def test_gaps_between_rows_are_counted() -> None:
    book = Workbook()
    sheet = book.active
    for row, values in ((2, HEADER), (5, ("A", "B", 1))):
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
    content = io.BytesIO()
    book.save(content)
    table = read_table(content.getvalue(), "a.xlsx")

    assert table.first_row == 3
    assert table.rows == [(), (), ("A", "B", Decimal(1))]


def test_a_wrong_statement_of_the_sheets_size_hides_no_rows() -> None:
    content = with_part(xlsx_file({"S": [HEADER, ("A", "B", 1)]}), SHEET, (b'ref="A1:C2"', b'ref="A1:A1"'))

    assert read_table(content, "a.xlsx").rows == [("A", "B", Decimal(1))]


def test_a_formula_reads_as_its_stored_result() -> None:
    content = xlsx_file({"S": [HEADER, ("A", "B", "=1+1"), ("C", "D", '=""')]})
    stored = with_part(content, SHEET, (b"<f>1+1</f><v />", b"<f>1+1</f><v>2.5</v>"))
    stored = with_part(stored, SHEET, (b'<c r="C3"><f>""</f><v />', b'<c r="C3" t="str"><f>""</f><v />'))

    assert read_table(stored, "a.xlsx").rows == [("A", "B", Decimal("2.5")), ("C", "D", None)]


def test_a_formula_without_a_stored_result_is_refused_by_its_cell() -> None:
    with pytest.raises(FormulaWithoutResult, match="Cell C2 of sheet “S”"):
        read_table(xlsx_file({"S": [HEADER, ("A", "B", "=1+1")]}), "a.xlsx")


def test_serial_dates_of_a_1904_workbook_keep_their_epoch() -> None:
    content = with_part(
        xlsx_file({"S": [HEADER, ("A", "B", 1)]}),
        "xl/workbook.xml",
        (b"<workbookPr />", b'<workbookPr date1904="1" />'),
    )
    assert read_table(content, "a.xlsx").epoch == dt.date(1904, 1, 1)


def _archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = _archive({"[Content_Types].xml": b"", "xl/workbook.xml": b"\0" * (grids.MAX_UNPACKED_BYTES + 1)})

    assert len(bomb) < 2_000_000
    with pytest.raises(FileTooLarge, match="unpacks to more than 128 MiB"):
        read_table(bomb, "a.xlsx")


def test_rows_numbered_beyond_the_end_of_a_sheet_are_refused() -> None:
    content = with_part(xlsx_file({"S": [HEADER, ("A", "B", 1)]}), SHEET, (b'<row r="2"', b'<row r="99999999"'))

    with pytest.raises(FileTooLarge):
        read_table(content, "a.xlsx")


@pytest.mark.parametrize(
    ("parts", "error", "words"),
    [
        ({"word/document.xml": b"", "[Content_Types].xml": b""}, WrongFileType, "not an Excel workbook"),
        ({"xl/vbaProject.bin": b"", "[Content_Types].xml": b""}, WrongFileType, "macros"),
        ({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}, DamagedFile, "damaged"),
        ({"xl/workbook.xml": b"<!DOCTYPE x>", "[Content_Types].xml": b""}, DamagedFile, "entities"),
    ],
)
def test_archives_that_are_no_sound_workbook_are_refused(
    parts: dict[str, bytes], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        read_table(_archive(parts), "a.xlsx")


def test_damage_is_told_as_damage() -> None:
    whole = xlsx_file({"S": [HEADER, ("A", "B", 1)]})
    for content in (whole[: len(whole) // 2], with_part(whole, SHEET, (b"</sheetData>", b"</sheet"))):
        with pytest.raises(DamagedFile):
            read_table(content, "a.xlsx")


def test_members_under_a_password_are_refused() -> None:
    content = bytearray(xlsx_file({"S": [HEADER, ("A", "B", 1)]}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    with pytest.raises(EncryptedFile):
        read_table(bytes(content), "a.xlsx")


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(EmptyFile):
        read_table(xlsx_file({"S": []}), "a.xlsx")
