"""Figures in answers against those of the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.domain.investments.returns.values import AMOUNTS, RATIOS, Figures
from portal.platform.money import minor_places


def assert_figures(told: dict[str, Any], figures: Figures) -> None:
    """Each figure is a string that says exactly the domain's figure, or null with its reason."""
    places = minor_places(figures.currency)
    assert told["currency"] == figures.currency
    for name in AMOUNTS:
        assert Decimal(told[name]) == getattr(figures, name), name
        assert len(told[name].partition(".")[2]) == places, name
    for name in RATIOS:
        value = getattr(figures, name)
        if value is None:
            assert (told[name], told["reasons"][name]) == (None, figures.reasons[name])
        else:
            assert abs(Decimal(told[name]) - value) <= Decimal("5e-11"), name
            assert len(told[name].partition(".")[2]) == 10, name
    assert told["reasons"] == dict(figures.reasons)
    assert told["nav_on"] == (figures.nav_on and figures.nav_on.isoformat())
    assert (told["nav_adjusted"], told["irr_annualised"]) == (figures.nav_adjusted, figures.irr_annualised)
