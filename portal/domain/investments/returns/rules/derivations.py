"""How each figure is derived: its formula, this investor's numbers in it, method, basis, period and date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from portal.domain.investments.returns.rules.discounting import ZERO, discount, sum_by_day
from portal.domain.investments.returns.values import (
    MULTIPLES,
    Derivation,
    DiscountedFlow,
    FigureName,
    Figures,
    Flow,
    reason_sentence,
)

NET = "Net to the account, of fees and carry charged in the fund."
SINCE_INCEPTION = "Since inception"

_LEDGER = "Sum of the ledger's postings up to the date."
_QUOTIENT = "Taken from the exact amounts and rounded once, half-up. A total adds amounts, it never averages ratios."
_VALUED = "Last valuation on or before the date, rolled forward by later contributions, distributions and fees."
_IRR = (
    "Internal rate of return: the annual rate at which the present values of all dated flows sum to zero, "
    "the NAV being the last one; actual/365, days from the first flow. Stated only when no other rate does."
)

Term = tuple[str, Decimal | date | str]


@dataclass(frozen=True, slots=True)
class _Recipe:
    title: str
    formula: str
    method: str
    unit: Literal["money", "multiple", "rate"] = "money"
    amounts: tuple[FigureName, ...] = ()


_RECIPES: dict[FigureName, _Recipe] = {
    "commitment": _Recipe("Commitment", "commitments made", _LEDGER, amounts=("commitment",)),
    "unfunded": _Recipe(
        "Unfunded commitment",
        "commitment − called or paid in inside the commitment + recallable distributions − released ± other",
        _LEDGER,
        amounts=("commitment", "unfunded"),
    ),
    "paid_in": _Recipe(
        "Paid-in", "all contributions, inside and outside the commitment", _LEDGER, amounts=("paid_in",)
    ),
    "distributed": _Recipe("Distributed", "all distributions, of every type", _LEDGER, amounts=("distributed",)),
    "nav": _Recipe("Net asset value (NAV)", "last valuation ± later flows", _VALUED, amounts=("nav",)),
    "dpi": _Recipe(
        "DPI, distributed to paid-in",
        "distributed ÷ paid-in",
        _QUOTIENT,
        "multiple",
        ("distributed", "paid_in"),
    ),
    "rvpi": _Recipe("RVPI, residual value to paid-in", "NAV ÷ paid-in", _QUOTIENT, "multiple", ("nav", "paid_in")),
    "tvpi": _Recipe(
        "TVPI, total value to paid-in",
        "(distributed + NAV) ÷ paid-in",
        _QUOTIENT,
        "multiple",
        ("distributed", "nav", "paid_in"),
    ),
    "pic": _Recipe(
        "PIC, paid-in to commitment",
        "paid-in ÷ commitment",
        _QUOTIENT,
        "multiple",
        ("paid_in", "commitment"),
    ),
    "irr": _Recipe("IRR", "Σ flow × (1 + IRR)^(−days ÷ 365) = 0", _IRR, "rate", ("paid_in", "distributed", "nav")),
}
_REST_ON_NAV: tuple[FigureName, ...] = ("nav", "rvpi", "tvpi", "irr")


def derive(figure: FigureName, figures: Figures) -> Derivation:
    """The derivation of one figure, ready to be shown or sent; an IRR's flows are `figures.flows`."""
    recipe = _RECIPES[figure]
    code = figures.reasons.get(figure)
    return Derivation(
        figure=figure,
        title=recipe.title,
        formula=recipe.formula,
        terms=(*_amounts(recipe, figures), *_dates(figure, figures)),
        value=getattr(figures, figure),
        unit=recipe.unit,
        currency=figures.currency,
        method=recipe.method,
        basis=NET,
        period=SINCE_INCEPTION,
        as_of=figures.as_of,
        reason=reason_sentence(code) if code else None,
        caveats=_caveats(figure, figures),
    )


def present_values(figures: Figures, cash: Iterable[Flow]) -> tuple[DiscountedFlow, ...]:
    """The flows behind an IRR day by day, with their present values; `cash` are those of `figures.flows` that are not
    NAV."""
    paid, whole = sum_by_day(cash), sum_by_day(figures.flows)
    navs = {day: amount - paid.get(day, ZERO) for day, amount in whole.items()}
    return discount(paid, navs, figures.irr, annualised=figures.irr_annualised)


def _amounts(recipe: _Recipe, figures: Figures) -> tuple[Term, ...]:
    terms = [(_RECIPES[name].title, getattr(figures, name)) for name in recipe.amounts]
    if figures.transferred and recipe.unit != "money" and recipe.amounts[-1] != "commitment":
        title = "Taken over from other accounts" if figures.transferred > 0 else "Given away to other accounts"
        terms.append((title, abs(figures.transferred)))
    if figures.carried and "distributed" in recipe.amounts and recipe.unit != "money":
        terms.append(("Carried interest in it, left out", figures.carried))
    return tuple(terms)


def _dates(figure: FigureName, figures: Figures) -> tuple[Term, ...]:
    terms: list[Term] = []
    if figure in _REST_ON_NAV and figures.nav_on:
        terms.append(("Valued on", figures.nav_on))
    if figure == "irr" and figures.flows:
        terms += [("First flow", figures.flows[0].on), ("Last flow", figures.flows[-1].on)]
        terms.append(("Dated flows", str(len(figures.flows))))
        if len(figures.irr_roots) > 1:
            terms.append(("Rates that balance", ", ".join(f"{root:.4%}" for root in figures.irr_roots)))
    return tuple(terms)


def _caveats(figure: FigureName, figures: Figures) -> tuple[str, ...]:
    caveats: list[str] = []
    if figure in _REST_ON_NAV and figures.nav_on is None:
        caveats.append("Not yet valued: the NAV counts as zero.")
    elif figure in _REST_ON_NAV and figures.nav_adjusted:
        caveats.append("Adjusted NAV: later contributions, distributions and fees are rolled into it.")
    if figure in (*MULTIPLES, "irr") and figures.transferred:
        caveats.append(
            "An interest was transferred between accounts at its net asset value: taken over it counts as paid in,"
            " given away as distributed."
        )
    if figure in ("dpi", "tvpi", "irr") and figures.carried:
        caveats.append(
            "Net of carried interest: what the account that receives it was paid of it is in the amounts distributed,"
            " and is no return of those who paid in beside it."
        )
    if figure == "irr" and not figures.irr_annualised:
        caveats.append("Not annualised: the flows span less than a year, so this is the rate for that time.")
    return tuple(caveats)
