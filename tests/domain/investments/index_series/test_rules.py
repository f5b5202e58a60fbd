"""Reading an index from a file, and what another file changes of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.domain.investments.index_series.rules import compare, digest_of, read_levels
from portal.domain.investments.index_series.values import IndexLevels
from portal.platform.ids import new_id

TODAY = date(2026, 9, 30)
LEVELS = [(date(2026, 6, 30), Decimal("100.5")), (date(2026, 9, 30), Decimal(110))]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Value\n2026-09-30,110\n2026-06-30,100.5\n",
        "2026-06-30;100.5\r\n\r\n2026-09-30;110\r\n",
        "\ufeffday\tlevel\n2026-06-30\t100.50\n2026-09-30\t110.00\tclose\n",
    ],
)
def test_days_and_values_are_read_in_any_order_with_any_separator(text: str) -> None:
    assert read_levels(text.encode(), today=TODAY) == (LEVELS, [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-06-30,100\n30/09/2026,110\n", "Row 2: it needs a date"),
        ("2026-06-30,100\n2026-10-01,110\n", "Row 2: 2026-10-01 has not come yet"),
        ("2026-06-30,100\n2026-06-30,110\n", "Row 2: 2026-06-30 stands in the file twice"),
        ("2026-06-30,100\n2026-07-31,1 100\n", "Row 2: “1 100” is not a number"),
        ("2026-06-30,100\n2026-07-31,0\n", "Row 2: a value lies above zero"),
        ("2026-06-30,100\n2026-07-31,NaN\n", "Row 2: a value lies above zero"),
        ("2026-06-30,100\n2026-07-31,1e13\n", "Row 2: a value lies above zero"),
        ("2026-06-30,100\n", "two values or more"),
        ("", "two values or more"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_row(text: str, told: str) -> None:
    levels, faults = read_levels(text.encode(), today=TODAY)
    assert levels == []
    assert any(fault.startswith(told) or told in fault for fault in faults)


def test_what_is_no_text_or_too_much_of_it_is_refused() -> None:
    assert "CSV UTF-8" in read_levels(b"\xff\xfe\x00", today=TODAY)[1][0]
    assert "larger" in read_levels(b"x" * 3_000_000, today=TODAY)[1][0]


def test_another_file_adds_changes_and_removes_days() -> None:
    after = [(date(2026, 9, 30), Decimal(111)), (date(2026, 8, 31), Decimal(105))]
    assert compare(LEVELS, after) == (1, 1, 1)
    assert compare(LEVELS, LEVELS) == (0, 0, 0)
    assert digest_of(LEVELS) != digest_of(after)


def test_a_value_stands_for_a_month_and_no_longer() -> None:
    index = IndexLevels(new_id(), "Index", 1, tuple(LEVELS), "USD")
    assert index.at(date(2026, 6, 29)) is None
    assert index.at(date(2026, 6, 30)) == index.at(date(2026, 7, 31)) == Decimal("100.5")
    assert index.at(date(2026, 8, 1)) is None
    assert index.at(date(2026, 10, 1)) == 110
