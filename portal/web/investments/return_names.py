"""What measures, bases and periods are called on pages, and how a figure is written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from portal.domain.investments.performance.values import RATES, Basis, Measure, Measured, Period, reason_sentence
from portal.platform import formatting
from portal.web.toolkit.formatting import reader_locale
from portal.web.toolkit.translation import gettext as _

MEASURE_NAMES: Mapping[Measure, str] = {
    "irr": "IRR",
    "time_weighted": "Time-weighted return",
    "modified_dietz": "Modified Dietz return",
    "tvpi": "TVPI",
    "dpi": "DPI",
    "rvpi": "RVPI",
    "pic": "PIC",
    "ks_pme": "Public market equivalent (Kaplan–Schoar)",
    "direct_alpha": "Direct alpha",
}
BASIS_NAMES: Mapping[Basis, str] = {
    Basis.NET: "Net",
    Basis.GROSS: "Gross",
    Basis.WITHOUT_LINE: "Net, without the subscription line",
}
PERIOD_NAMES: Mapping[Period, str] = {
    Period.MONTH: "Month",
    Period.QUARTER: "Quarter",
    Period.YEAR_TO_DATE: "Year to date",
    Period.ONE_YEAR: "One year",
    Period.THREE_YEARS: "Three years",
    Period.FIVE_YEARS: "Five years",
    Period.INCEPTION: "Since inception",
    Period.SPAN: "From a day on",
}


def figure_text(measure: Measure, value: Decimal | None) -> str:
    """A rate in percent, a multiple as a ratio, a dash for none."""
    write = formatting.percent if measure in RATES else formatting.ratio
    return write(value, reader_locale())


def figure_note(measure: Measure, measured: Measured) -> str:
    """What a figure needs beside it, in a few words."""
    if measured.reason:
        return _(reason_sentence(measured.reason))
    words = [_("estimate")] if measured.estimate else []
    if measure in RATES and not measured.annualised:
        words.append(_("not annualised"))
    return ", ".join(words)
