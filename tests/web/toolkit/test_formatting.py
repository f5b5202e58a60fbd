from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, g

from portal.platform.money import Money


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ v|money('USD') }}", "1,234.50"),
        ("{{ v|money('JPY') }}", "1,235"),
        ("{{ v|money('KWD') }}", "1,234.500"),
        ("{{ (-v)|money('USD') }}", "(1,234.50)"),
        ("{{ none|money }}", "–"),
        ("{{ m|money }}", "12.00"),
        ("{{ r|ratio }}", "1.23×"),
        ("{{ none|ratio }}", "–"),
        ("{{ r|percent }}", "123.45%"),
        ("{{ 12000|number }}", "12,000"),
        ("{{ d|date }}", "Nov 23, 2026"),
        ("{{ none|date }}", "–"),
        ("{{ none|datetime_ }}", "–"),
        ("{{ '2026'|period }}", "2026"),
        ("{{ '2026-Q3'|period }}", "Q3\N{NO-BREAK SPACE}2026"),
        ("{{ '2026-09'|period }}", "Sep\N{NO-BREAK SPACE}2026"),
        ("{{ ''|period }}", ""),
        ("{{ 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15'|agent }}", "Safari on Mac"),
    ],
)
def test_filters(site: Flask, source: str, text: str) -> None:
    values = {
        "v": Decimal("1234.5"),
        "m": Money(Decimal(12), "USD"),
        "r": Decimal("1.2345"),
        "d": date(2026, 11, 23),
    }
    with site.test_request_context():
        assert site.jinja_env.from_string(source).render(values) == text


def test_an_amount_needs_its_currency(site: Flask) -> None:
    with site.test_request_context(), pytest.raises(ValueError, match="say which"):
        site.jinja_env.from_string("{{ v|money }}").render(v=Decimal(1))


def test_a_moment_is_in_the_readers_zone_and_exact_on_hover(site: Flask) -> None:
    moment = datetime(2026, 11, 22, 23, 4, 31, tzinfo=UTC)
    with site.test_request_context():
        g.locale, g.timezone = "de_DE", "Europe/Zurich"
        shown = site.jinja_env.from_string("{{ m|datetime_ }}").render(m=moment)
    assert shown.startswith('<time datetime="2026-11-22T23:04:31+00:00" title="Montag, 23. November 2026')
    assert ">23.11.2026, 00:04</time>" in shown
