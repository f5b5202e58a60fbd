from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask import Flask

from portal.platform.charts import Series
from portal.web.toolkit import charts


def test_a_chart_has_its_table_with_the_same_figures(site: Flask) -> None:
    value = Series("Value", [(date(2025, 1, 1), Decimal(100)), (date(2026, 1, 1), Decimal("250.5"))])
    paid_in = Series("Paid in", [(date(2025, 1, 1), Decimal(100))], stepped=True)
    with site.test_request_context():
        drawing = charts.lines([value, paid_in], "USD", date_heading="Date")
    assert drawing.table.columns == ("Date", "Value", "Paid in")
    assert drawing.table.rows == (("Jan 1, 2025", "100.00", "100.00"), ("Jan 1, 2026", "250.50", "–"))
    assert drawing.wide.zones[1].title == "Jan 1, 2026: Value 250.50"
    assert drawing.wide.plot.size.width > drawing.narrow.plot.size.width


def test_bars_and_shares_are_formatted(site: Flask) -> None:
    with site.test_request_context():
        bars = charts.bars(
            ["Q1"], ("Paid out", "Called"), [(Decimal(5), Decimal(-7))], "USD", category_heading="Quarter"
        )
        parts = charts.allocation([("A", Decimal(1)), ("B", Decimal(3))], "USD")
    assert bars.table.rows == (("Q1", "5.00", "(7.00)"),)
    assert [(share.label, amount, percent) for share, amount, percent in parts.rows] == [
        ("B", "3.00", "75.0%"),
        ("A", "1.00", "25.0%"),
    ]
