"""Statements as spreadsheets: figures with their formulas, text that nothing runs, the same bytes again."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from portal.domain.investments.statements.values.snapshots import Performance, Snapshot
from portal.printing.statement_sheets import write_statement_sheet
from tests.domain.investments.statements.rules.test_funds import LEDGERS, Q2, sides_of

DIGEST, VERIFY = "0123456789abcdef" * 4, "https://portal.example.com/verify/harbour"


@pytest.fixture
def snapshot() -> Snapshot:
    return replace(LEDGERS[0].snapshot(Q2, "2024Q2-7KM4-9PXR"), beside=sides_of(Q2), account="=HYPERLINK(1)")


def opened(snapshot: Snapshot, *, figures: bool) -> Workbook:
    return load_workbook(io.BytesIO(write_statement_sheet(snapshot, DIGEST, VERIFY)), data_only=figures)


def row_of(book: Workbook, label: str) -> list[object]:
    return next(list(row[1:]) for row in book["Statement"].iter_rows(values_only=True) if row[0] == label)


def test_nine_columns_stand_side_by_side(snapshot: Snapshot) -> None:
    row = row_of(opened(snapshot, figures=True), "Ending net asset value")
    assert row == [500, 500, 500, 6, 6, 6, 506, 506, 506]


def test_totals_are_live_formulas(snapshot: Snapshot) -> None:
    row = row_of(opened(snapshot, figures=False), "Net operating income/(loss)")
    assert [str(each)[0] for each in row] == ["="] * 9
    assert str(row[0]).count("+") == 1


def test_the_head_says_what_it_is_and_runs_nothing(snapshot: Snapshot) -> None:
    book = opened(snapshot, figures=False)
    assert row_of(book, "Account")[0] == "'=HYPERLINK(1)"
    assert row_of(book, "Figures (SHA-256)")[0] == DIGEST
    assert [sheet.title for sheet in book] == ["Statement", "Performance", "Transactions", "Notes"]


def test_the_same_figures_are_the_same_file(snapshot: Snapshot) -> None:
    assert write_statement_sheet(snapshot, DIGEST, VERIFY) == write_statement_sheet(snapshot, DIGEST, VERIFY)


def test_what_a_spreadsheet_cannot_keep_exactly_is_text(snapshot: Snapshot) -> None:
    large = Decimal("12345678901234567.89")
    lines = tuple(
        replace(line, period=large) if line.code == "contributions" else line for line in snapshot.account_lines
    )
    row = row_of(opened(replace(snapshot, account_lines=lines), figures=True), "Contributions")
    assert row[0] == "12345678901234567.89"


def test_returns_say_what_they_are(snapshot: Snapshot) -> None:
    short = replace(snapshot, performance=replace(snapshot.performance, irr=Decimal("0.05"), irr_annualised=False))
    for given, label in ((short, "IRR, not annualised"), (replace(short, performance=annual(short)), "IRR")):
        rows = list(opened(given, figures=True)["Performance"].iter_rows(values_only=True))
        assert rows[0][0] == f"Net, since inception, as of {snapshot.performance.as_of.isoformat()}"
        assert rows[-1] == (label, 0.05)


def annual(snapshot: Snapshot) -> Performance:
    return replace(snapshot.performance, irr_annualised=True)
