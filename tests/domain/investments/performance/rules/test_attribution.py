"""What vehicles add to a total comes to the total."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.performance.rules.attribution import attribute
from portal.domain.investments.performance.rules.measures import sub_period
from portal.domain.investments.performance.values import Period, Span
from portal.domain.investments.returns.values import round_ratio
from tests.domain.investments.performance.worlds import between, course

SPAN = Span(Period.SPAN, date(2024, 12, 31), date(2025, 12, 31))
AMOUNT = st.integers(100, 10**8).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=5))
def test_the_parts_add_up_to_the_return_of_the_total(rows: Any) -> None:
    courses = [
        course(
            ("2024-01-01", paid_in, 0), ("2025-04-01", more, 0),
            marks=(("2024-12-31", before), ("2025-12-31", after)), vehicle_id=UUID(int=place), vehicle=f"Fund {place}",
        )
        for place, (paid_in, more, before, after) in enumerate(rows, 1)
    ]  # fmt: skip
    total = between(*courses, since="2024-12-31", until="2025-12-31")
    shares = attribute(courses, total, SPAN)
    step = sub_period(total.starts_on, total.ends_on, total.opening, total.flows, total.closing)
    assert step.factor is not None
    added = sum((share.added or Decimal(0) for share in shares), Decimal(0))
    assert round_ratio(added, 9) == round_ratio(step.factor - 1, 9)
    assert sum(share.gain for share in shares) == total.closing - total.opening - step.flows


def test_the_largest_gain_comes_first_and_names_its_own_rate() -> None:
    good = course(("2024-01-01", 100, 0), marks=(("2024-12-31", 100), ("2025-12-31", 120)), vehicle_id=UUID(int=1))
    bad = course(("2024-01-01", 100, 0), marks=(("2024-12-31", 100), ("2025-12-31", 90)), vehicle_id=UUID(int=2))
    total = between(good, bad, since="2024-12-31", until="2025-12-31")
    first, second = attribute([bad, good], total, SPAN)
    assert (first.gain, first.added, first.irr.value) == (20, Decimal("0.1"), Decimal("0.2"))
    assert (second.gain, second.added, second.irr.value) == (-10, Decimal("-0.05"), Decimal("-0.1"))
