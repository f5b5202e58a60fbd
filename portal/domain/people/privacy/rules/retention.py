"""Until when what has to be kept is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from portal.domain.people.privacy.values.erasures import DUTIES, ORDER, TITLES, Owned, Plan, PlanLine
from portal.domain.people.privacy.values.inventory import Category

NOW = frozenset({Category.SIGN_IN, Category.CONTACT, Category.EXPORTS, Category.READING})


def end_of_term(since: date, years: int) -> date:
    """The last day of the year that ends so many years after the year of `since`."""
    return date(since.year + years, 12, 31)


def last_entry(accounts: Sequence[Owned], today: date) -> date:
    """The day from whose year on the books' years are counted: today while anything is invested or promised, or where
    there never was an entry."""
    if any(each.is_open for each in accounts):
        return today
    return max((each.last_on for each in accounts if each.last_on), default=today)


def make_plan(accounts: Sequence[Owned], years: Mapping[Category, int], today: date) -> Plan:
    """What an erasure today does with each category; `years` is what the firm keeps, never less than the law's."""
    since = {Category.RECORD: today}
    lines = [_line(each, years, since.get(each) or last_entry(accounts, today)) for each in _held(accounts)]
    return Plan(
        lines=tuple(lines),
        alone=tuple(each for each in accounts if each.alone),
        shared=tuple(each for each in accounts if not each.alone),
        destroy_after=max(line.until for line in lines if line.until),
    )


def _held(accounts: Sequence[Owned]) -> list[Category]:
    """The categories there are; without an account there are no books."""
    return [each for each in ORDER if each is not Category.BOOKS or accounts]


def _line(category: Category, years: Mapping[Category, int], since: date) -> PlanLine:
    title, what = TITLES[category]
    if category in NOW:
        return PlanLine(category, title, what, None, "")
    duty = DUTIES[category]
    return PlanLine(category, title, what, end_of_term(since, max(years[category], duty.years)), duty.rule)
