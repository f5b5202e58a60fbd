"""What terms make sense together, and which days are business days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import holidays

from portal.domain.investments.vehicles.values import Terms, VehicleDescription
from portal.platform.money import UnknownCurrency, minor_places

RATES = ("preferred_return", "carry", "catch_up", "management_fee", "late_interest", "escrow", "fee_offset")
MOST_NOTICE_DAYS = 90
COUNTRIES = frozenset(code for code in holidays.list_supported_countries() if len(code) == 2)


def is_business_day(day: date, calendar: str) -> bool:
    """Whether `day` is neither at a weekend (of that country) nor a public holiday of the country `calendar`."""
    return _calendar(calendar).is_working_day(day)


def business_days_before(due: date, days: int, calendar: str) -> date:
    """The last day on which a notice gives `days` business days until `due`: counted back from `due`, which does not
    count itself; with 0 days `due`, or the business day before it."""
    day = due
    for _ in range(days):
        day = _previous(day, calendar)
    return day if days or is_business_day(due, calendar) else _previous(due, calendar)


def business_days_after(start: date, days: int, calendar: str) -> date:
    """The business day that comes `days` of them after `start`, which does not count itself."""
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while not is_business_day(day, calendar):
            day += timedelta(days=1)
    return day


def _previous(day: date, calendar: str) -> date:
    day -= timedelta(days=1)
    while not is_business_day(day, calendar):
        day -= timedelta(days=1)
    return day


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def find_faults(description: VehicleDescription) -> dict[str, str]:
    """What is wrong with a description, by field; empty when all is well. A catch-up share at or below the carry
    would never catch up and is refused."""
    terms = description.terms
    faults = _term_faults(terms)
    if not description.name.strip():
        faults["name"] = "Give the vehicle a name."
    try:
        minor_places(description.currency)
    except UnknownCurrency:
        faults["currency"] = f"{description.currency!r} is not an ISO currency code; USD, EUR, GBP … are."
    if description.vintage is not None and not 1950 <= description.vintage <= 2100:
        faults["vintage"] = "The vintage is the year of the first close, such as 2019."
    return faults


def _term_faults(terms: Terms) -> dict[str, str]:
    faults = {}
    for name in RATES:
        if not Decimal(0) <= getattr(terms, name) <= Decimal(1):
            faults[name] = "A rate lies between 0 % and 100 %."
    if terms.catch_up and terms.catch_up <= terms.carry:
        faults["catch_up"] = "The catch-up share must be above the carry, or the catch-up never ends."
    if terms.calendar not in COUNTRIES:
        faults["calendar"] = "No holidays are known for that country; write its code of two letters, such as US."
    if not 0 <= terms.notice_days <= MOST_NOTICE_DAYS:
        faults["notice_days"] = f"Between 0 and {MOST_NOTICE_DAYS} business days."
    return faults
