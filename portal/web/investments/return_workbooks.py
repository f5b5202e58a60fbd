"""Returns as workbooks: the dated amounts, and formulas that a spreadsheet works the figure out with.

Each formula carries its value, for programs that only read. Amounts are numbers in their currency's places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from portal.domain.investments.performance.values import Measure, OpenedReturn, SubPeriod, reason_sentence
from portal.domain.investments.returns.values import round_ratio
from portal.platform.money import minor_places

WIDTH = 20
FIRST = 5  # the row, counted from one, of the first amount; above it stand title, result and headings


class _Book:
    """A workbook with its one sheet; rows and columns are counted from one, as its reader does."""

    def __init__(self, book: Any, opened: OpenedReturn, basis: str) -> None:
        self.opened, self.stretch, self.basis = opened, opened.performance.stretch, basis
        self.sheet = book.add_worksheet()
        self.sheet.set_column(0, 10, WIDTH)
        places = minor_places(self.stretch.currency)
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = book.add_format({"num_format": "#,##0" + (f".{'0' * places}" if places else "")})
        self.figure = book.add_format({"num_format": "0.0000000000", "bold": True})
        self.plain = book.add_format({"num_format": "0.0000000000"})

    def result(self, title: str, formula: str) -> None:
        """The figure on top, as a formula, or a dash where it is undefined; and how it is to be read."""
        value = self.opened.result.value
        self.sheet.write_string(0, 0, title, self.bold)
        self.sheet.write_string(0, 2, self.stretch.currency)
        self.sheet.write_string(0, 3, self.basis)
        if value is None:
            self.sheet.write_string(0, 1, "–")
        else:
            self.sheet.write_formula(0, 1, formula, self.figure, float(round_ratio(value)))
        self.sheet.write_string(1, 0, "From")
        self.sheet.write_datetime(1, 1, self.stretch.starts_on, self.day)
        self.sheet.write_string(1, 2, "To")
        self.sheet.write_datetime(1, 3, self.stretch.ends_on, self.day)
        self.sheet.write_string(1, 4, "As of")
        self.sheet.write_datetime(1, 5, self.stretch.span.ends_on, self.day)
        reason, index = self.opened.result.reason, self.opened.index
        why = (reason_sentence(reason),) if reason else ()
        beside = (f"Index: {index.name}.",) if index else ()
        self.sheet.write_string(2, 2, " ".join((*why, *beside, self.opened.method, *self.opened.caveats)))

    def headings(self, *names: str) -> None:
        """The row above the amounts."""
        self.sheet.write_row(FIRST - 2, 0, names, self.bold)

    def parts(self) -> int:
        """Date, kind and amount of each part; the number of the last row."""
        for row, part in enumerate(self.stretch.parts, FIRST - 1):
            self.sheet.write_datetime(row, 0, part.on, self.day)
            self.sheet.write_string(row, 1, part.kind)
            self.sheet.write_number(row, 2, part.amount, self.money)
        return FIRST - 1 + len(self.stretch.parts)

    def column(self, letter: str, last: int, formula: str, values: list[Decimal]) -> None:
        """A formula in each row of a column; `{row}` is its number."""
        place = ord(letter) - ord("A")
        for row, value in zip(range(FIRST, last + 1), values, strict=True):
            self.sheet.write_formula(row - 1, place, formula.format(row=row), self.plain, float(value))


def write_workbook(book: Any, opened: OpenedReturn, title: str, basis: str) -> None:
    """Fill a workbook of XlsxWriter with what a figure is computed from, and the formulas that compute it; `basis` says
    gross or net."""
    WRITERS[opened.measure](_Book(book, opened, basis), title)


def _whole(rate: str, sheet: _Book) -> str:
    """A formula of an annual rate, or of that rate for the days of the stretch where it is shorter than a year."""
    days = "(MAX({0})-MIN({0}))".format(f"A{FIRST}:A{FIRST - 1 + len(sheet.stretch.parts)}")
    return f"={rate}" if sheet.opened.result.annualised else f"=(1+{rate})^({days}/365)-1"


def _irr(sheet: _Book, title: str) -> None:
    sheet.headings("Date", "Type", "Amount")
    last = sheet.parts()
    sheet.result(title, _whole(f"XIRR(C{FIRST}:C{last},A{FIRST}:A{last})", sheet))


def _sums(column: str, last: int) -> tuple[str, str, str]:
    """What went in, what came out and the NAV, as formulas over a column of amounts by kind."""

    def of(*kinds: str) -> str:
        return "+".join(f'SUMIF(B{FIRST}:B{last},"{kind}",{column}{FIRST}:{column}{last})' for kind in kinds)

    moved = of("transferred")
    gone_in = f"(MAX(-({moved}),0)-({of('opening', 'paid_in')}))"
    return gone_in, f"({of('paid_out', 'fee', 'incentive')}+MAX({moved},0))", f"({of('nav')})"


def _multiple(sheet: _Book, title: str) -> None:
    sheet.headings("Date", "Type", "Amount")
    last = sheet.parts()
    gone_in, come_out, nav = _sums("C", last)
    above = {"tvpi": f"({come_out}+{nav})", "dpi": come_out, "rvpi": nav}[sheet.opened.measure]
    sheet.result(title, f"={above}/{gone_in}")


def _paid_in(sheet: _Book, title: str) -> None:
    sheet.headings("Paid in since inception", "Commitment")
    sheet.sheet.write_number(FIRST - 1, 0, sheet.stretch.paid_in_ever, sheet.money)
    sheet.sheet.write_number(FIRST - 1, 1, sheet.stretch.commitment, sheet.money)
    sheet.result(title, f"=A{FIRST}/B{FIRST}")


def _linked(sheet: _Book, title: str) -> None:
    """The steps on the left; on the right the flows, from which each step takes its own."""
    sheet.headings(
        "From", "To", "Value at the start", "Net paid in", "Weighted capital", "Value at the end", "Factor", "",
        "Date", "Type", "Amount",
    )  # fmt: skip
    for row, part in enumerate(sheet.stretch.flows, FIRST - 1):
        sheet.sheet.write_datetime(row, 8, part.on, sheet.day)
        sheet.sheet.write_string(row, 9, part.kind)
        sheet.sheet.write_number(row, 10, part.amount, sheet.money)
    steps = sheet.opened.sub_periods
    for number, step in enumerate(steps, FIRST):
        _step(sheet, number, step)
    last = FIRST - 1 + len(steps)
    product = f"PRODUCT(G{FIRST}:G{last})"
    annual = f"={product}^(365/(B{last}-A{FIRST}))-1"
    sheet.result(title, annual if sheet.opened.result.annualised else f"={product}-1")


def _step(sheet: _Book, number: int, step: SubPeriod) -> None:
    """A row of `_linked`; the first step has the flows of its first day too."""
    row, until = number - 1, FIRST - 1 + max(len(sheet.stretch.flows), 1)
    days, amounts = f"I${FIRST}:I${until}", f"K${FIRST}:K${until}"
    within = f"({days}{'>=' if number == FIRST else '>'}A{number})*({days}<=B{number})"
    net = f"=-SUMPRODUCT({within}*{amounts})"
    weighted = f"=C{number}-SUMPRODUCT({within}*{amounts}*(B{number}-{days}))/MAX(B{number}-A{number},1)"
    factor = f"=IF(E{number}=0,1,1+(F{number}-C{number}-D{number})/E{number})"
    sheet.sheet.write_datetime(row, 0, step.starts_on, sheet.day)
    sheet.sheet.write_datetime(row, 1, step.ends_on, sheet.day)
    sheet.sheet.write_number(row, 2, step.opening, sheet.money)
    sheet.sheet.write_formula(row, 3, net, sheet.money, float(step.flows))
    sheet.sheet.write_formula(row, 4, weighted, sheet.money, float(step.weighted))
    sheet.sheet.write_number(row, 5, step.closing, sheet.money)
    sheet.sheet.write_formula(row, 6, factor, sheet.plain, float(step.factor or 0))


def _compounded(sheet: _Book) -> int:
    sheet.headings("Date", "Type", "Amount", "Index", "Grown with the index")
    last = sheet.parts()
    for row, each in enumerate(sheet.opened.compounded, FIRST - 1):
        sheet.sheet.write_number(row, 3, each.level, sheet.plain)
    at_end = sheet.opened.index.at(sheet.stretch.ends_on) if sheet.opened.index else None
    sheet.sheet.write_string(2, 0, "Index at the end")
    if at_end is not None:
        sheet.sheet.write_number(2, 1, at_end, sheet.plain)
        sheet.column("E", last, "=C{row}*$B$3/D{row}", [each.worth for each in sheet.opened.compounded])
    return last


def _market_multiple(sheet: _Book, title: str) -> None:
    gone_in, come_out, nav = _sums("E", _compounded(sheet))
    sheet.result(title, f"=({come_out}+{nav})/{gone_in}")


def _alpha(sheet: _Book, title: str) -> None:
    last = _compounded(sheet)
    sheet.result(title, _whole(f"XIRR(E{FIRST}:E{last},A{FIRST}:A{last})", sheet))


WRITERS: Mapping[Measure, Callable[[_Book, str], None]] = {
    "irr": _irr,
    "time_weighted": _linked,
    "modified_dietz": _linked,
    "tvpi": _multiple,
    "dpi": _multiple,
    "rvpi": _multiple,
    "pic": _paid_in,
    "ks_pme": _market_multiple,
    "direct_alpha": _alpha,
}
