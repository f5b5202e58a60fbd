"""Tables of holdings, one per currency: sorted, by account, a page of them at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import url_for

from portal.domain.investments.ledger.values import HoldingFigures
from portal.domain.investments.returns.queries import HoldingReturns, Portfolio
from portal.domain.investments.returns.values import Figures, reason_sentence
from portal.platform import formatting
from portal.web.investments.figure_cells import ORDER, Cell, FigureCells
from portal.web.investments.selection import Selection
from portal.web.toolkit.formatting import reader_locale
from portal.web.toolkit.translation import gettext as _

PER_PAGE = 100
SORTS = ("vehicle", *ORDER)
NIL = UUID(int=0)
Columns = Sequence[tuple[Cell, Cell]]


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One holding as a line; `about` says what it is, `valued` of when its NAV is."""

    href: str
    vehicle: str
    about: str
    valued: str
    columns: Columns


@dataclass(frozen=True, slots=True)
class AccountLines:
    """An account's holdings with their subtotal; without a name when the table is not divided by account."""

    account: str | None
    href: str
    columns: Columns
    lines: Sequence[HoldingLine]


@dataclass(frozen=True, slots=True)
class HoldingTable:
    """The holdings in one currency that are on this page, and the total of all of them."""

    currency: str
    count: int
    groups: Sequence[AccountLines]
    total: Columns
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class HoldingTables:
    """A page of holdings: `first` to `last` of `count`."""

    tables: Sequence[HoldingTable]
    page: int
    first: int
    last: int
    count: int


def list_tables(portfolio: Portfolio, selection: Selection, *, sort: str, page: int) -> HoldingTables:
    """The tables of page number `page` (from 1), sorted by one of SORTS, "-" in front for the largest first."""
    places = {currency: place for place, currency in enumerate(list_currencies(portfolio))}
    ordered = sorted(sorted_holdings(portfolio.holdings, sort), key=lambda each: places[each.holding.currency])
    begin = (page - 1) * PER_PAGE
    shown = ordered[begin : begin + PER_PAGE]
    build = _Builder(portfolio, selection, divided=not sort)
    tables = tuple(
        build.table(currency, list(own)) for currency, own in groupby(shown, lambda each: each.holding.currency)
    )
    return HoldingTables(tables, page, begin + 1, begin + len(shown), len(ordered))


def list_currencies(portfolio: Portfolio) -> list[str]:
    """The currencies of the holdings, the one of most holdings first."""
    counts = Counter(each.holding.currency for each in portfolio.holdings)
    return sorted(counts, key=lambda currency: (-counts[currency], currency))


def sorted_holdings(holdings: Sequence[HoldingReturns], sort: str) -> Sequence[HoldingReturns]:
    """Holdings by one of SORTS, what is undefined last; by account and vehicle without one."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        return holdings

    def value(each: HoldingReturns) -> Any:
        return each.holding.vehicle.casefold() if name == "vehicle" else getattr(each.figures, name)

    known = [each for each in holdings if value(each) is not None]
    unknown = [each for each in holdings if value(each) is None]
    return sorted(known, key=value, reverse=sort.startswith("-")) + unknown


class _Builder:
    """What the lines of one page have in common."""

    def __init__(self, portfolio: Portfolio, selection: Selection, *, divided: bool) -> None:
        self.portfolio, self.selection = portfolio, selection
        self.cells = FigureCells()
        self.several = len({each.holding.account_id for each in portfolio.holdings}) > 1
        self.divided = divided
        self.moment = selection.moment()
        self.address = url_for("holdings.show", holding_id=NIL).replace(str(NIL), "{}")
        self.totals = {each.currency: each for each in portfolio.totals}
        self.locale = reader_locale()

    def table(self, currency: str, holdings: Sequence[HoldingReturns]) -> HoldingTable:
        figures = [each.figures for each in self.portfolio.holdings if each.figures.currency == currency]
        total = self.cells.columns(self.totals[currency], self.selection.text(currency=currency))
        groups = tuple(self._groups(currency, holdings))
        return HoldingTable(currency, len(figures), groups, total, list_reasons(figures))

    def _groups(self, currency: str, holdings: Sequence[HoldingReturns]) -> Iterator[AccountLines]:
        accounts = {each.holding.account_id for each in holdings}
        if not self.divided or not 1 < len(accounts) < len(holdings):
            yield AccountLines(None, "", (), [self._line(each, whose=self.several) for each in holdings])
            return
        for (account_id, account), own in groupby(
            holdings, lambda each: (each.holding.account_id, each.holding.account)
        ):
            figures = self.portfolio.accounts[account_id, currency]
            columns = self.cells.columns(figures, self.selection.text(currency=currency, account=account_id))
            href = f"{url_for('portfolio.index')}?{self.selection.text(account=account_id)}"
            yield AccountLines(account, href, columns, [self._line(each, whose=False) for each in own])

    def _line(self, each: HoldingReturns, *, whose: bool) -> HoldingLine:
        holding = each.holding
        query = f"holding={holding.id}&{self.moment}"
        account = holding.account if whose else None
        about = " · ".join(str(part) for part in (account, holding.strategy, holding.vintage) if part)
        href = f"{self.address.format(holding.id)}?{self.moment}"
        return HoldingLine(href, holding.vehicle, about, valued(holding), self.cells.columns(each.figures, query))


def valued(holding: HoldingFigures) -> str:
    """Of when the NAV is: its valuation's day, and whether later flows were rolled into it."""
    if holding.valued_on is None:
        return _("Not yet valued")
    day = formatting.day(holding.valued_on, reader_locale())
    return _("Adjusted NAV, valued %(day)s", day=day) if holding.nav_adjusted else _("NAV of %(day)s", day=day)


def list_reasons(figures: Iterable[Figures]) -> list[str]:
    """Why some of these figures are undefined, each reason once."""
    return [reason_sentence(code) for code in sorted({code for each in figures for code in each.reasons.values()})]
