"""Every figure opens: its formula, its numbers, its method, and what the reader must know."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest

from portal.domain.investments.returns.rules.derivations import derive
from portal.domain.investments.returns.rules.figures import pool
from portal.domain.investments.returns.values import FigureName, Figures, Flow, Position

TODAY = date(2026, 9, 30)
D = Decimal


def figures(**changes: Any) -> Figures:
    values: dict[str, Any] = {
        "currency": "USD",
        "commitment": D(500),
        "unfunded": D(100),
        "paid_in": D(400),
        "distributed": D(120),
        "nav": D(500),
        "flows": (Flow(date(2023, 9, 30), D(-400)), Flow(date(2025, 9, 30), D(120))),
        "nav_on": TODAY,
    }
    return pool([Position(**(values | changes))], TODAY)


def test_total_value_to_paid_in_with_its_numbers() -> None:
    derivation = derive("tvpi", figures())
    assert derivation.formula == "(distributed + NAV) ÷ paid-in"
    assert [(label, value) for label, value in derivation.terms] == [
        ("Distributed", D(120)),
        ("Net asset value (NAV)", D(500)),
        ("Paid-in", D(400)),
        ("Valued on", TODAY),
    ]
    assert (derivation.value, derivation.unit, derivation.currency) == (D("1.55"), "multiple", "USD")
    assert (derivation.period, derivation.as_of) == ("Since inception", TODAY)
    assert derivation.basis.startswith("Net")
    assert (derivation.reason, derivation.caveats) == (None, ())


@pytest.mark.parametrize("figure", get_args(FigureName))
def test_every_figure_says_how_it_was_made(figure: FigureName) -> None:
    known = figures()
    derivation = derive(figure, known)
    assert derivation.value == getattr(known, figure)
    assert derivation.value is not None
    for text in (derivation.title, derivation.formula, derivation.method, derivation.basis):
        assert text
    assert derivation.terms


def test_a_rate_names_its_flows() -> None:
    terms = dict(derive("irr", figures()).terms)
    assert terms["First flow"] == date(2023, 9, 30)
    assert terms["Last flow"] == TODAY
    assert terms["Dated flows"] == "3"


def test_an_undefined_figure_says_why() -> None:
    derivation = derive("irr", figures(opening_balances=True))
    assert derivation.value is None
    assert derivation.reason is not None
    assert "opening balances" in derivation.reason


def test_several_rates_are_listed() -> None:
    flows = (
        Flow(date(2023, 1, 1), D(100)),
        Flow(date(2024, 1, 1), D(-230)),
        Flow(date(2024, 12, 31), D(132)),
    )
    derivation = derive("irr", figures(flows=flows, nav=D(0), nav_on=None))
    assert dict(derivation.terms)["Rates that balance"] == "10.0000%, 20.0000%"
    assert derivation.reason is not None


@pytest.mark.parametrize("figure", ["nav", "rvpi", "tvpi", "irr"])
def test_what_rests_on_the_nav_says_how_fresh_it_is(figure: FigureName) -> None:
    assert derive(figure, figures(nav_adjusted=True)).caveats[0].startswith("Adjusted NAV")
    assert derive(figure, figures(nav=D(0), nav_on=None)).caveats[0].startswith("Not yet valued")
    assert derive("dpi", figures(nav_adjusted=True)).caveats == ()


def test_a_short_rate_says_that_it_is_not_annual() -> None:
    flows = (Flow(date(2026, 6, 30), D(-400)),)
    assert "Not annualised" in derive("irr", figures(flows=flows)).caveats[0]
