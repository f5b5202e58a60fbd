"""Holdings as rows of a file. The columns are called as those that an import takes, where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from portal.domain.investments.returns.queries import HoldingReturns
from portal.domain.investments.returns.values import AMOUNTS, RATIOS, reason_sentence, round_ratio
from portal.platform.money import minor_places
from portal.web.investments.selection import Selection
from portal.web.toolkit.exports import Cell

RETURNS_ARE = "net, since inception; IRR is actual/365 with the NAV as last flow"
COLUMNS = (
    "account",
    "vehicle",
    "currency",
    "strategy",
    "sector",
    "vintage",
    "as_of",
    "known_on",
    *AMOUNTS,
    "valued_on",
    "nav_is_adjusted",
    *RATIOS,
    "irr_is_annual",
    "returns_are",
    "undefined_because",
)


def list_rows(holdings: Iterable[HoldingReturns], selection: Selection) -> Iterator[list[Cell]]:
    """One row per holding, in the order of `COLUMNS`."""
    for each in holdings:
        held, figures = each.holding, each.figures
        yield [
            held.account,
            held.vehicle,
            held.currency,
            held.strategy,
            held.sector,
            held.vintage,
            selection.as_of,
            selection.known_day,
            *(in_minor_places(getattr(figures, name), held.currency) for name in AMOUNTS),
            held.valued_on,
            "yes" if held.nav_adjusted else "no",
            *(_ratio(getattr(figures, name)) for name in RATIOS),
            "yes" if figures.irr_annualised else "no",
            RETURNS_ARE,
            " ".join(reason_sentence(code) for code in dict.fromkeys(figures.reasons.values())),
        ]


def in_minor_places(amount: Decimal, currency: str) -> Decimal:
    """An amount as it is kept (four places), in its currency's own places."""
    return round_ratio(amount, minor_places(currency))


def _ratio(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_ratio(value)
