"""Until when what has to be kept is kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.people.privacy.rules.retention import end_of_term, last_entry, make_plan
from portal.domain.people.privacy.values.erasures import DUTIES, Owned
from portal.domain.people.privacy.values.inventory import Category

LEAST = {category: duty.years for category, duty in DUTIES.items()}
TODAY = date(2026, 11, 23)


def owned(last_on: str | None, *, alone: bool = True, is_open: bool = False) -> Owned:
    return Owned(UUID(int=1), "Lane", alone, date.fromisoformat(last_on) if last_on else None, is_open)


@pytest.mark.parametrize(
    ("accounts", "books", "tax", "after"),
    [
        ([], None, "2033-12-31", "2033-12-31"),
        ([owned("2020-03-01")], "2025-12-31", "2027-12-31", "2031-12-31"),
        ([owned("2020-12-31"), owned("2022-01-01")], "2027-12-31", "2029-12-31", "2031-12-31"),
        ([owned("2020-03-01", is_open=True)], "2031-12-31", "2033-12-31", "2033-12-31"),
        ([owned(None)], "2031-12-31", "2033-12-31", "2033-12-31"),
    ],
)
def test_what_is_kept_until_when(accounts: list[Owned], books: str | None, tax: str, after: str) -> None:
    plan = make_plan(accounts, LEAST, TODAY)
    until = {line.category: line.until for line in plan.lines}
    assert until[Category.SIGN_IN] is until[Category.CONTACT] is until[Category.EXPORTS] is None
    assert until.get(Category.BOOKS) == (books and date.fromisoformat(books))
    assert until[Category.TAX] == date.fromisoformat(tax)
    assert until[Category.RECORD] == date(2031, 12, 31)
    assert plan.destroy_after == date.fromisoformat(after)


def test_a_firm_keeps_longer_and_never_shorter() -> None:
    assert make_plan([], LEAST | {Category.RECORD: 30}, TODAY).destroy_after == date(2056, 12, 31)
    assert make_plan([], dict.fromkeys(LEAST, 1), TODAY) == make_plan([], LEAST, TODAY)


def test_each_thing_kept_names_its_rule() -> None:
    for line in make_plan([owned("2020-03-01")], LEAST, TODAY).lines:
        assert (line.until is None) == (line.rule == "")


def test_only_accounts_that_nobody_else_acts_for_go_along() -> None:
    mine, shared = owned("2020-03-01"), owned("2020-03-01", alone=False)
    plan = make_plan([mine, shared], LEAST, TODAY)
    assert (plan.alone, plan.shared) == ((mine,), (shared,))
    assert plan.content["accounts"] == [str(mine.id)]


@given(since=st.dates(date(1950, 1, 1), date(2100, 1, 1)), years=st.integers(1, 100))
def test_a_term_is_that_many_whole_years_after_the_year(since: date, years: int) -> None:
    end = end_of_term(since, years)
    assert (end.month, end.day) == (12, 31)
    assert end.year - since.year == years


@given(st.lists(st.dates(date(1990, 1, 1), TODAY), max_size=5))
def test_the_last_entry_counts(days: list[date]) -> None:
    accounts = [owned(day.isoformat()) for day in days]
    assert last_entry(accounts, TODAY) == max(days, default=TODAY)
