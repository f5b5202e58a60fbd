"""What a tax year is: the calendar year."""

from __future__ import annotations

from datetime import date


def year_bounds(tax_year: int) -> dict[str, date]:
    """The first and the last day of a tax year, by the names that queries ask with."""
    return {"starts": date(tax_year, 1, 1), "ends": date(tax_year, 12, 31)}
