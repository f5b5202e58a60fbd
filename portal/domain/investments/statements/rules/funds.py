"""Whether the accounts of a run and the fund beside them tie out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from portal.domain.investments.statements.rules.sides import (
    COLUMN_NAMES,
    Former,
    apart,
    find_breaks,
    find_wrong_totals,
    follows,
    money,
)
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import COLUMNS, LINE_LABELS, FundSides, Side

FUND, PARTNER = "Total fund: ", "General partner: "
Totals = Mapping[tuple[str, str], Decimal]


def find_fund_problems(
    sides: FundSides, totals: Totals, previous: tuple[FundSides, Period, str] | None, period: Period, currency: str
) -> list[str]:
    """Why no statement of a run may be published, as sentences for staff that name the line and by how much it is off;
    empty when the fund ties out. `totals` is what the accounts' lines come to by (line, column); `previous` the
    fund beside what was published last before, which binds only when it ends the day before."""
    named: list[tuple[str, Side]] = [(FUND, sides.fund)]
    if sides.partner is not None:
        named.append((PARTNER, sides.partner))
    problems = [problem for whose, side in named for problem in find_wrong_totals(side, currency, whose)]
    problems += _unlike_the_accounts(sides.fund, totals, currency)
    if previous is not None and follows(period, previous[1]):
        then = {FUND: previous[0].fund, PARTNER: previous[0].partner}
        for whose, side in named:
            if (former := then[whose]) is not None:
                before = Former(former, previous[1], previous[2])
                problems += find_breaks(side, before, period, currency, whose)
    return problems


def _unlike_the_accounts(fund: Side, totals: Totals, currency: str) -> Iterator[str]:
    codes = {code for code, _ in totals}
    for code, label in LINE_LABELS.items():
        for column in COLUMNS if fund.states(code) or code in codes else ():
            stated, total = fund.line(code).amount(column), totals.get((code, column), Decimal(0))
            if stated != total:
                yield (
                    f"{FUND}{label} ({COLUMN_NAMES[column]}) is {money(stated, currency)}, but the accounts come to"
                    f" {money(total, currency)}: {apart(stated, total, currency)}."
                )
