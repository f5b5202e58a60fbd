"""Template filters for figures and dates in the reader's locale and time zone.

The reader is `g.locale` ("en_US" unless set) and `g.timezone` ("UTC" unless set).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask import Flask, g
from markupsafe import Markup

from portal.domain.identity.arrivals.queries import get_agent_name
from portal.platform import formatting
from portal.platform.money import Money

DEFAULT_LOCALE = "en_US"
DEFAULT_TIMEZONE = "UTC"


def reader_locale() -> str:
    """The locale that this answer is written in."""
    locale: str = g.get("locale", DEFAULT_LOCALE)
    return locale


def reader_timezone() -> str:
    """The zone that moments are shown in."""
    timezone: str = g.get("timezone", DEFAULT_TIMEZONE)
    return timezone


def money(value: Money | Decimal | None, currency: str | None = None) -> str:
    """`{{ holding.nav|money }}` for Money, `{{ nav|money('USD') }}` for an amount."""
    if isinstance(value, Money):
        return formatting.money(value.amount, value.currency, reader_locale())
    if value is not None and currency is None:
        raise ValueError("An amount is shown with its currency's places: say which, as in |money('USD').")
    return formatting.money(value, currency or "USD", reader_locale())


def ratio(value: Decimal | None, places: int = 2) -> str:
    """`{{ tvpi|ratio }}`: "1.23×"."""
    return formatting.ratio(value, reader_locale(), places=places)


def percent(value: Decimal | None, places: int = 2) -> str:
    """`{{ irr|percent }}`: 0.3734 is "37.34%"."""
    return formatting.percent(value, reader_locale(), places=places)


def number(value: Decimal | int | None, places: int = 0) -> str:
    """`{{ rows|number }}`: a count or a plain number with the locale's separators."""
    return formatting.number(None if value is None else Decimal(value), places, reader_locale())


def day(value: date | None) -> str:
    """`{{ call.due_on|date }}`: "Nov 23, 2026"."""
    return formatting.UNDEFINED if value is None else formatting.day(value, reader_locale())


def moment(value: datetime | None) -> str | Markup:
    """`{{ sent_at|datetime_ }}`: the minute, with the exact time and zone on hover."""
    if value is None:
        return formatting.UNDEFINED
    locale, timezone = reader_locale(), reader_timezone()
    shown = formatting.moment(value, locale, timezone)
    exact = formatting.moment(value, locale, timezone, style="exact")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), exact, shown)


def period(value: str) -> str:
    """`{{ document.period|period }}`: "2026-Q3" is "Q3 2026", "2026-09" is "Sep 2026", in one piece; a year stays."""
    year, _, part = value.partition("-")
    if not part:
        return value
    quarter = part.startswith("Q")
    shown = f"{part} {year}" if quarter else formatting.month(date(int(year), int(part), 1), reader_locale())
    return shown.replace(" ", "\N{NO-BREAK SPACE}")


def init_app(app: Flask) -> None:
    """Registers the filters money, ratio, percent, number, date, datetime_, period and agent."""
    app.jinja_env.filters.update(money=money, ratio=ratio, percent=percent, number=number, date=day)
    app.jinja_env.filters.update(datetime_=moment, period=period, agent=get_agent_name)
