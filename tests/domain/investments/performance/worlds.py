"""Holdings and what they went through, for the rules of returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from portal.domain.investments.index_series.values import IndexLevels
from portal.domain.investments.performance.rules.spans import span_of
from portal.domain.investments.performance.rules.stretches import stretch
from portal.domain.investments.performance.values import Basis, Course, Period, Span, Stretch
from portal.domain.investments.returns.values import History, Mark, Movement

VEHICLE = UUID(int=1)


def course(*rows: tuple[str, Any, Any], marks: tuple[tuple[str, Any], ...] = (), **more: Any) -> Course:
    """A holding from (day, paid in, paid out) and (day, NAV)."""
    movements = tuple(Movement(date.fromisoformat(on), Decimal(a), Decimal(b)) for on, a, b in rows)
    navs = tuple(Mark(date.fromisoformat(on), Decimal(nav)) for on, nav in marks)
    given = {"holding_id": uuid4(), "vehicle_id": VEHICLE, "vehicle": "Fund", "currency": "USD"}
    paid = sum((each.paid_in for each in movements), Decimal(0))
    return Course(**(given | {"commitment": paid, "history": History(movements, navs)} | more))


def whole(*courses: Course, until: str, basis: Basis = Basis.NET) -> Stretch:
    """The stretch since inception."""
    return stretch(courses, span_of(Period.INCEPTION, date.fromisoformat(until)), basis)


def between(*courses: Course, since: str, until: str, basis: Basis = Basis.NET) -> Stretch:
    """The stretch of a span."""
    return stretch(courses, Span(Period.SPAN, date.fromisoformat(since), date.fromisoformat(until)), basis)


def levels(*rows: tuple[str, Any], currency: str = "USD") -> IndexLevels:
    """An index."""
    pairs = tuple((date.fromisoformat(on), Decimal(str(value))) for on, value in rows)
    return IndexLevels(UUID(int=7), "Index", 1, pairs, currency)
