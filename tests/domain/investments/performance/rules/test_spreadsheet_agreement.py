"""Internal rates of return against the XIRR of a spreadsheet program, on five hundred conventional sets of flows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from portal.domain.investments.performance.rules.measures import measure
from tests.domain.investments.performance.worlds import course, whole
from tests.spreadsheets import find_spreadsheet, recalculate

SETS, MOST = 500, 24
needs_a_spreadsheet = pytest.mark.skipif(
    find_spreadsheet() is None, reason="no LibreOffice here (Debian, Ubuntu: apt install libreoffice-calc-nogui)"
)


def conventional_set(chance: random.Random) -> list[tuple[date, int]]:
    """Contributions first, then payments out, over one to fifteen years, of a rate between −40 % and 80 % or so."""
    length = chance.randint(2, MOST)
    turn = chance.randint(1, length - 1)
    first = date(2005, 1, 1) + timedelta(days=chance.randint(0, 3000))
    span = chance.randint(365, 15 * 365)
    days = sorted({0, span, *(chance.randint(1, span - 1) for _ in range(length - 2))})
    put_in = [-chance.randint(10_000, 5_000_000) for _ in days[:turn]]
    whole_sum = -sum(put_in) * chance.uniform(0.6, 2.5)
    shares = [chance.uniform(0.1, 1) for _ in days[turn:]]
    paid_out = [max(round(whole_sum * share / sum(shares)), 1) for share in shares]
    return [(first + timedelta(days=day), amount) for day, amount in zip(days, put_in + paid_out, strict=True)]


@needs_a_spreadsheet
def test_the_irr_is_the_xirr_of_a_spreadsheet(tmp_path: Path) -> None:
    chance = random.Random(20260930)
    sets = [conventional_set(chance) for _ in range(SETS)]
    file = tmp_path / "sets.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for row, flows in enumerate(sets):
            for column, (on, amount) in enumerate(flows, 1):
                sheet.write_datetime(2 * row, column, on, day)
                sheet.write_number(2 * row + 1, column, amount)
            last = xlsxwriter.utility.xl_col_to_name(len(flows))
            sheet.write_formula(
                2 * row, 0, f"=XIRR(B{2 * row + 2}:{last}{2 * row + 2},B{2 * row + 1}:{last}{2 * row + 1})"
            )
    (sheet_of_theirs,) = recalculate(file)
    theirs = [line[0] for line in sheet_of_theirs[::2]]
    assert len(theirs) == SETS
    for flows, xirr in zip(sets, theirs, strict=True):
        holding = course(*((str(on), max(-amount, 0), max(amount, 0)) for on, amount in flows))
        found = measure(whole(holding, until=str(flows[-1][0]))).measured["irr"]
        assert found.value is not None
        assert abs(found.value - Decimal(xirr)) < Decimal("1e-7"), flows
