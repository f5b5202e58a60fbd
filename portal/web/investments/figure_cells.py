"""Figures as tables show them: formatted, with the address of their derivation."""

from __future__ import annotations

from typing import NamedTuple

from flask import url_for

from portal.domain.investments.returns.values import FigureName, Figures, reason_sentence
from portal.platform import formatting
from portal.web.toolkit.formatting import reader_locale

# The columns of a table of holdings, two figures in each, one under the other.
COLUMNS: tuple[tuple[FigureName, FigureName], ...] = (
    ("commitment", "unfunded"),
    ("paid_in", "pic"),
    ("distributed", "dpi"),
    ("nav", "rvpi"),
    ("tvpi", "irr"),
)
ORDER: tuple[FigureName, ...] = tuple(name for pair in COLUMNS for name in pair)


class Cell(NamedTuple):
    """One figure; `reason` says in a sentence why it is undefined."""

    name: str
    text: str
    href: str
    negative: bool
    reason: str | None


class FigureCells:
    """Makes the cells of one page: addresses and locale are looked up once."""

    def __init__(self) -> None:
        self.locale = reader_locale()
        self.addresses = {name: url_for("figures.show", figure=name) for name in ORDER}

    def of(self, figures: Figures, query: str) -> dict[str, Cell]:
        """The ten figures by name; `query` says of what they are."""
        return {name: self._cell(name, figures, query) for name in ORDER}

    def columns(self, figures: Figures, query: str) -> list[tuple[Cell, Cell]]:
        """The ten figures in pairs, as `COLUMNS` has them."""
        return [(self._cell(upper, figures, query), self._cell(lower, figures, query)) for upper, lower in COLUMNS]

    def _cell(self, name: FigureName, figures: Figures, query: str) -> Cell:
        text = self.text(name, figures)
        code = figures.reasons.get(name)
        reason = reason_sentence(code) if code else None
        return Cell(name, text, f"{self.addresses[name]}?{query}", text[0] == "(", reason)

    def text(self, name: FigureName, figures: Figures) -> str:
        """The figure as it is read."""
        value = getattr(figures, name)
        if name == "irr":
            return formatting.percent(value, self.locale)
        if name in {"dpi", "rvpi", "tvpi", "pic"}:
            return formatting.ratio(value, self.locale)
        return formatting.money(value, figures.currency, self.locale)
