"""Figures in answers against those of the domain, and the statements a request takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

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


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile, without the savepoints of the test."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
