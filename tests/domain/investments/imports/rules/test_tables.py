"""CSV files of every dialect become the same table, and what is no table is refused with its reason."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    MissingHeader,
    UnreadableFile,
    WrongFileType,
)
from portal.domain.investments.imports.rules import grids
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.values.tables import Table
from tests.domain.investments.imports.files import csv_file

HEADER = ("account", "vehicle", "amount")
ROWS = (("Müller Trust", "Fund I", "1,234.50"), ("O'Neil, Ann", "Fund II", "7"))

text_cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00\x7f", exclude_categories=("Cc", "Cs")) | st.just("\n"),
    max_size=12,
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_dialect_reads_the_same(delimiter: str, encoding: str) -> None:
    table = read_table(csv_file([HEADER, *ROWS], delimiter=delimiter, encoding=encoding), "history.CSV")

    assert table.header == HEADER
    assert tuple(table.rows) == ROWS
    assert (table.delimiter, table.first_row, table.sheet, table.notes) == (delimiter, 2, None, ())
    assert table.encoding == encoding.removesuffix("-sig")


@given(
    st.lists(st.tuples(text_cells, text_cells, text_cells).filter(lambda row: "".join(row).strip()), min_size=1),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_comes_back_as_it_was_written(rows: list[tuple[str, str, str]], delimiter: str, encoding: str) -> None:
    content = f"sep={delimiter}\r\n".encode(encoding) + csv_file([HEADER, *rows], delimiter=delimiter).decode().encode(
        encoding.removesuffix("-sig") if encoding != "utf-16" else "utf-16-le"
    )
    table = read_table(content, "any.csv")

    assert table.rows == [tuple(cell or None for cell in row) for row in rows]


def test_a_semicolon_file_with_decimal_commas_is_not_split_at_its_commas() -> None:
    table = read_table(b"name;amount\nFund A;1.234,50\nFund B;7,25\n", "a.csv")

    assert table.rows == [("Fund A", "1.234,50"), ("Fund B", "7,25")]


def test_commas_grouping_thousands_do_not_win_over_a_semicolon() -> None:
    table = read_table(b"name;amount\nFund A;1,000,000.00\nFund B;2,000,000.00\n", "a.csv")

    assert table.header == ("name", "amount")


def test_rows_count_as_in_a_spreadsheet() -> None:
    table = read_table(b'\naccount,note\nA,"two\nlines"\n\n , \nB,\n,,\n', "a.csv")

    assert table.first_row == 3
    assert table.rows == [("A", "two\nlines"), (), (), ("B", None)]


def test_lines_of_title_above_the_header_are_left_out_and_said_so() -> None:
    table = read_table(b"Holdings of all plans\n\naccount,vehicle\nA,B\nC,D\n", "a.csv")

    assert (table.header, table.first_row) == (("account", "vehicle"), 4)
    assert "row 3" in table.notes[0]


def test_names_that_stand_twice_are_told_apart() -> None:
    table = read_table(b"Amount,,amount,Amount (2),Amount\n1a,2,3,4,5\n", "a.csv")

    assert table.header == ("Amount", "Column B", "amount (3)", "Amount (2)", "Amount (4)")
    assert len(table.notes) == 2
    assert "column E is called “Amount (4)”" in table.notes[1]


def test_short_rows_are_filled_and_long_ones_kept() -> None:
    table = read_table(b"a,b,c\n1\n1,2,3,4\n1,2,3,,\n", "a.csv")

    assert table.rows == [("1", None, None), ("1", "2", "3", "4"), ("1", "2", "3")]


@pytest.mark.parametrize(
    ("content", "name", "error", "words"),
    [
        (b"", "a.csv", EmptyFile, "is empty"),
        (b" \r\n\t", "a.csv", EmptyFile, "is empty"),
        (b"account,amount\n\n,,\n", "a.csv", EmptyFile, "no rows below"),
        (b"A,B,2024-01-31,contribution,100.00,\n" * 2, "a.csv", MissingHeader, "Row 1 holds dates or amounts"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "a.csv", DamagedFile, "Row 3 has a quotation mark"),
        (b'a,b\n"1" x,2\n', "a.csv", DamagedFile, "Row 2 has a quotation mark"),
        (b"PK\x03\x04rest", "a.csv", WrongFileType, "is an Excel workbook"),
        (b"a,b\n1,2\n", "a.xlsx", WrongFileType, "is no Excel workbook"),
        (b"a,b\n1,2\n", "a.pdf", WrongFileType, "“.pdf” are not read"),
        (b"a,b\n1,2\n", "a", WrongFileType, "not read here"),
        (b"%PDF-1.7 ...", "a.csv", WrongFileType, "is a PDF"),
        (b"<html><table>", "a.csv", WrongFileType, "web page"),
        (b"a,b\n\x00\x01\x02\x03,\xff\n", "a.csv", WrongFileType, "not readable as text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "a.xls", WrongFileType, "old .xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            EncryptedFile,
            "password",
        ),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(
    content: bytes, name: str, error: type[UnreadableFile], words: str
) -> None:
    with pytest.raises(error) as refusal:
        read_table(content, name)
    assert words in refusal.value.message


def test_a_header_may_name_a_year() -> None:
    assert read_table(b"account,vehicle,2024\nA,B,5\n", "a.csv").header[2] == "2024"


def test_limits_on_bytes_rows_columns_and_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileTooLarge, match="25 MiB"):
        read_table(b"a" * (grids.MAX_BYTES + 1), "a.csv")
    with pytest.raises(FileTooLarge):
        read_table(b"a,b\n" + b"1,2\n" * grids.MAX_ROWS, "a.csv")
    with pytest.raises(FileTooLarge):
        read_table(b"," * grids.MAX_COLUMNS + b"x\n1\n", "a.csv")
    with pytest.raises(FileTooLarge):
        read_table(b"a,b\n" + b"," * (grids.MAX_CELLS + 1), "a.csv")
    with pytest.raises(FileTooLarge):
        read_table(b"a,b\n" + b"\n" * grids.LAST_ROW + b"1,2", "a.csv")


def test_exactly_the_limit_of_rows_is_read() -> None:
    table: Table = read_table(b"a,b\n" + b"1,2\n" * (grids.MAX_ROWS - 1), "a.csv")

    assert len(table.rows) == grids.MAX_ROWS - 1


def test_a_sniffed_sample_may_end_inside_a_value() -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([("account", "note"), *([("A, B, C", "x" * 90)] * 1000)])

    assert read_table(out.getvalue().encode(), "a.csv").delimiter == ";"
