"""A whole file, row by row: what will be posted, and every problem with its row and mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.rules.checking import check_rows
from portal.domain.investments.imports.rules.shapes import suggest_mapping
from portal.domain.investments.imports.rules.tables import read_table
from portal.domain.investments.imports.values.tables import (
    PAID_BY_INVESTOR,
    Checked,
    DateFormat,
    ImportKind,
    ImportOptions,
    NumberFormat,
    PositionRow,
    Table,
    TransactionRow,
    TransactionType,
)
from tests.domain.investments.imports.files import csv_file, xlsx_file

TODAY = dt.date(2026, 11, 20)
POSITIONS = ("account", "vehicle", "as_of", "commitment", "paid_in", "distributed", "nav")
TRANSACTIONS = ("account", "vehicle", "date", "type", "amount", "reference")


def options_for(header: Sequence[str], **changes: object) -> ImportOptions:
    kind = ImportKind.POSITIONS if "nav" in header else ImportKind.TRANSACTIONS
    return replace(ImportOptions(kind, {name: name for name in header}), **changes)  # type: ignore[arg-type] # by name


def check(rows: Sequence[Sequence[object]], header: Sequence[str] = TRANSACTIONS, **changes: object) -> Checked:
    table = read_table(csv_file([header, *rows]), "history.csv")
    return check_rows(table, options_for(header, **changes), today=TODAY)


def told(checked: Checked) -> list[tuple[int, str]]:
    return [(problem.row, problem.field) for problem in checked.problems]


def test_positions_in_millions_come_out_to_the_cent() -> None:
    header = ("plan", "fund_name", "as_of_date", "commitment_mm", "called_mm", "paid_mm", "nav_mm", "vintage_year")
    table = read_table(
        csv_file(
            [header, ("Plan A", "Golden Bay", "2025-03-31", "100.0", "24.096353999999998", "-1.007842", "0", "2024")]
        ),
        "positions.csv",
    )
    mapping = dict(zip((*POSITIONS, "vintage"), header, strict=True))
    checked = check_rows(table, ImportOptions(ImportKind.POSITIONS, mapping, scale=Decimal(1_000_000)), today=TODAY)

    assert checked.problems == ()
    assert checked.entries == (
        PositionRow(
            row=2,
            account="Plan A",
            vehicle="Golden Bay",
            as_of=dt.date(2025, 3, 31),
            commitment=Decimal("100000000.00"),
            paid_in=Decimal("24096354.00"),
            distributed=Decimal("-1007842.00"),
            nav=Decimal("0.00"),
            currency="USD",
            rounded=False,
            vintage=2024,
            strategy=None,
        ),
    )
    assert str(checked.entries[0][5]) == "24096354.00"


def test_transactions_of_a_workbook_with_defaults_for_missing_columns() -> None:
    rows = [("When", "What", "How much"), (dt.date(2008, 1, 1), "Call", -10000), (dt.date(2008, 3, 1), "dist", 2750.5)]
    table = read_table(xlsx_file({"Flows": rows}), "flows.xlsx")
    options = ImportOptions(
        ImportKind.TRANSACTIONS,
        {"date": "when", "type": "WHAT", "amount": "How  much"},
        account="The  Trust",
        vehicle="Fund I",
        currency="EUR",
    )
    checked = check_rows(table, options, today=TODAY)

    assert checked.problems == ()
    assert checked.entries == (
        TransactionRow(
            2, "The Trust", "Fund I", dt.date(2008, 1, 1), TransactionType.CONTRIBUTION, Decimal(10000), None, "EUR"
        ),
        TransactionRow(
            3, "The Trust", "Fund I", dt.date(2008, 3, 1), TransactionType.DISTRIBUTION, Decimal("2750.5"), None, "EUR"
        ),
    )
    assert "negative all over the file" in checked.notes[0]


def test_every_problem_of_every_row_is_told_in_order() -> None:
    checked = check(
        [
            ("A", "F", "2024-01-31", "contribution", "100", ""),
            ("", "F", "31/02/2024", "carry", "12%", ""),
            ("B", "", "2024-01-31", "fee", "5", "", "surplus"),
            ("C", "F", "2030-01-31", "valuation", "0", ""),
            ("D", "F", "2026-11-21", "valuation", "5", ""),
            ("E", "F", "2027-11-21", "contribution", "0", ""),
        ],
        date_format=DateFormat.DAY_FIRST,
    )
    assert told(checked) == [
        *((3, "account"), (3, "date"), (3, "type"), (3, "amount")),
        *((4, ""), (4, "vehicle")),
        *((5, "date"), (6, "date"), (7, "amount")),
    ]
    assert [entry.row for entry in checked.entries] == [2]
    assert "31/02/2024' is not a date that exists" in checked.problems[1].message


def test_calls_may_be_dated_up_to_a_year_ahead() -> None:
    checked = check([("A", "F", f"2027-11-{day}", "contribution", "5", "") for day in (21, 22)])

    assert told(checked) == [(3, "date")]
    assert "more than a year ahead" in checked.problems[0].message


def test_positions_that_cannot_be_are_refused() -> None:
    checked = check(
        [
            ("A", "F", "2026-11-20", "-1", "-2", "-3", "-4"),
            ("A", "G", "2026-11-21", "1", "", "3", "4"),
            ("A", "H", "2026-11-20", "1", "2", "3", "4"),
            (" a ", "h", "20 Nov 2026", "9", "9", "9", "9"),
            ("A", "H", "2026-11-19", "1", "2", "3", "4"),
        ],
        POSITIONS,
    )
    assert told(checked) == [(2, "commitment"), (2, "paid_in"), (3, "as_of"), (3, "paid_in"), (5, "vehicle")]
    assert "Row 4 already states" in checked.problems[-1].message
    assert [entry.row for entry in checked.entries] == [4, 6]


def test_what_cannot_be_chosen_is_a_problem_of_the_file() -> None:
    table = read_table(csv_file([("who", "what", "when", "sum"), ("A", "contribution", "2024-01-31", "5")]), "a.csv")
    options = ImportOptions(
        ImportKind.TRANSACTIONS,
        {"account": "who", "date": "day", "type": "what", "amount": "sum", "reference": "sum", "nav": "sum"},
        currency="XYZ",
        scale=Decimal(0),
    )
    checked = check_rows(table, options, today=TODAY)

    assert checked.entries == ()
    assert {problem.field: problem.message.split(".")[0] for problem in checked.problems} == {
        "currency": "'XYZ' is not a currency",
        "scale": "The scale is not a positive number",
        "nav": "There is no field “nav” for transactions",
        "vehicle": "No column is chosen for vehicle",
        "date": "The file has no column “day”",
        "reference": "Column “sum” is already chosen for amount",
    }
    assert {problem.row for problem in checked.problems} == {0}


def test_undecided_formats_are_asked_once_and_the_rest_is_still_checked() -> None:
    rows = [("A", "F", "01/02/2024", "contribution", "1.234", ""), ("", "F", "03/04/2024", "huh", "2.345", "")]
    table = read_table(csv_file([TRANSACTIONS, *rows], delimiter=";"), "a.csv")
    options = options_for(TRANSACTIONS)
    checked = check_rows(table, options, today=TODAY)

    assert told(checked) == [(0, "date"), (0, "amount"), (3, "account"), (3, "type")]
    assert checked.entries == ()
    chosen = replace(options, date_format=DateFormat.MONTH_FIRST, number_format=NumberFormat.COMMA)
    entry = check_rows(table, chosen, today=TODAY).entries[0]
    assert isinstance(entry, TransactionRow)
    assert (entry.date, entry.amount) == (dt.date(2024, 1, 2), Decimal(1234))


def test_a_default_never_fills_an_empty_cell() -> None:
    checked = check([("", "F", "2024-01-31", "fee", "5", "")], account="Default")

    assert told(checked) == [(2, "account")]


def test_defaults_are_checked_like_cells() -> None:
    rows = [("A", "F", "1", "1", "1", "1")]
    header = ("account", "vehicle", "commitment", "paid_in", "distributed", "nav")
    good = check(rows, header, date=TODAY)
    late = check(rows, header, date=TODAY + dt.timedelta(days=1), account="x")

    assert [entry[3] for entry in good.entries] == [TODAY]
    assert told(late) == [(0, "as_of")]


def test_rounding_is_counted_and_marked_on_its_rows() -> None:
    checked = check([("A", "F", "2024-01-31", "fee", amount, "") for amount in ("1.005", "2", "")])

    assert [entry.rounded for entry in checked.entries] == [True, False]
    assert checked.notes == ("Rows with amounts finer than USD goes, rounded half-up to its smallest unit: 1.",)
    assert told(checked) == [(4, "amount")]


def test_blank_rows_are_no_rows_and_keep_the_count() -> None:
    checked = check(
        [(), ("A", "F", "2024-01-31", "fee", "1", "R1"), ("",) * 6, ("B", "F", "2024-01-31", "fee", "1", "")]
    )

    assert [(entry.row, entry[6]) for entry in checked.entries] == [(3, "R1"), (5, None)]


rows_of_transactions = st.lists(
    st.tuples(
        st.sampled_from(["A", "B & Sons", "Ünal, C"]),
        st.sampled_from(["Fund I", "Fund II"]),
        st.dates(dt.date(2013, 1, 1), dt.date(2026, 11, 20)),
        st.sampled_from(list(TransactionType)),
        st.decimals(Decimal("0.01"), 10**9, places=2),
        st.none() | st.sampled_from(["N-1", "N-2"]),
    ),
    min_size=1,
)


@given(
    rows_of_transactions,
    st.sampled_from(
        [("%Y-%m-%d", DateFormat.AUTO), ("%d.%m.%Y", DateFormat.DAY_FIRST), ("%m/%d/%y", DateFormat.MONTH_FIRST)]
    ),
    st.sampled_from([(",", NumberFormat.POINT), (";", NumberFormat.COMMA), ("\t", NumberFormat.AUTO)]),
    st.booleans(),
)
def test_a_table_written_in_any_format_reads_back_the_same(
    rows: list[tuple[str, str, dt.date, TransactionType, Decimal, str | None]],
    dates: tuple[str, DateFormat],
    numbers: tuple[str, NumberFormat],
    investor_view: bool,
) -> None:
    delimiter, number_format = numbers
    written = []
    for account, vehicle, day, kind, amount, reference in rows:
        text = f"{amount:,.2f}"
        if number_format is NumberFormat.COMMA:
            text = text.translate(str.maketrans(",.", ".,"))
        if investor_view and kind in PAID_BY_INVESTOR:
            text = f"({text})"
        written.append((account, vehicle, day.strftime(dates[0]), kind.value, text, reference))
    table = read_table(csv_file([TRANSACTIONS, *written], delimiter=delimiter), "a.csv")
    mapping = suggest_mapping(table.header, ImportKind.TRANSACTIONS)
    options = ImportOptions(ImportKind.TRANSACTIONS, mapping, date_format=dates[1], number_format=number_format)
    checked = check_rows(table, options, today=TODAY)

    assert checked.problems == ()
    assert [entry[1:7] for entry in checked.entries] == rows


@pytest.mark.parametrize("rows", [[(None, None)], [("x",)]])
def test_a_table_with_nothing_usable_is_told_not_crashed_on(rows: list[tuple[str | None, ...]]) -> None:
    table = Table(("a", "b"), [row + (None,) * (2 - len(row)) for row in rows])
    for kind in ImportKind:
        checked = check_rows(table, ImportOptions(kind), today=TODAY)
        assert checked.entries == ()
        assert checked.problems
