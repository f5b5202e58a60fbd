"""Each return against examples worked by hand, against today's figures, and against other people's libraries."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxirr import pe

from portal.domain.investments.performance.rules.measures import list_sub_periods, measure
from portal.domain.investments.performance.values import RATES, Measure
from portal.domain.investments.returns.rules.figures import pool
from portal.domain.investments.returns.values import Flow, Position, round_ratio
from tests.domain.investments.performance.worlds import between, course, levels, whole

AMOUNT = st.integers(1_000, 10_000_000).map(lambda cents: Decimal(cents) / 100)


def value(name: Measure, found: Any) -> Decimal | None:
    result = measure(found).measured[name].value
    return None if result is None else round_ratio(result)


def test_pooling_adds_and_never_averages() -> None:
    a = course(("2024-01-01", 100, 0), marks=(("2024-12-31", 200),))
    b = course(("2024-01-01", 300, 0), marks=(("2024-12-31", 300),))
    assert value("tvpi", whole(a, b, until="2024-12-31")) == Decimal("1.25")


def test_a_year_is_annualised_and_less_is_not() -> None:
    one = course(("2024-01-01", 100, 0), marks=(("2024-12-31", 110), ("2025-12-31", 121)))
    year = measure(between(one, since="2024-12-31", until="2025-12-31")).measured
    assert {(year[name].value, year[name].annualised) for name in RATES[:3]} == {(Decimal("0.1"), True)}
    quarter = course(("2024-01-01", 100, 0), marks=(("2024-12-31", 100), ("2025-03-31", 102)))
    short = measure(between(quarter, since="2024-12-31", until="2025-03-31")).measured
    assert (short["irr"].value, short["irr"].annualised) == (Decimal("0.02"), False)
    assert (short["modified_dietz"].value, short["modified_dietz"].annualised) == (Decimal("0.02"), False)


def test_modified_dietz_weighs_flows_by_the_days_they_were_in() -> None:
    """1,000 at the start, 100 in after 10 of 30 days, 1,120 at the end: 20 ÷ (1,000 + 100 × 20 ÷ 30)."""
    one = course(("2025-01-01", 1000, 0), ("2025-04-10", 100, 0), marks=(("2025-03-31", 1000), ("2025-04-30", 1120)))
    assert value("modified_dietz", between(one, since="2025-03-31", until="2025-04-30")) == Decimal("0.0187500000")


def test_a_valuation_at_each_flow_makes_a_time_weighted_return_exact() -> None:
    """1,000 grows to 1,100; 1,000 come in; 2,100 shrink to 1,890: 1.1 × 0.9 − 1, whatever came in."""
    one = course(
        ("2024-12-31", 1000, 0), ("2025-02-28", 1000, 0),
        marks=(("2024-12-31", 1000), ("2025-02-28", 2100), ("2025-06-30", 1890)),
    )  # fmt: skip
    found = measure(between(one, since="2024-12-31", until="2025-06-30")).measured["time_weighted"]
    assert (found.value, found.estimate, found.annualised) == (Decimal("-0.01"), False, False)
    without = course(("2024-12-31", 1000, 0), ("2025-02-28", 1000, 0),
                     marks=(("2024-12-31", 1000), ("2025-06-30", 1890)))  # fmt: skip
    assert measure(between(without, since="2024-12-31", until="2025-06-30")).measured["time_weighted"].estimate


def test_without_capital_there_is_no_time_weighted_return() -> None:
    gone = course(("2024-12-31", 100, 0), ("2025-01-02", 0, 150), marks=(("2024-12-31", 100), ("2025-06-30", 50)))
    found = measure(between(gone, since="2024-12-31", until="2025-06-30")).measured
    assert (found["time_weighted"].value, found["time_weighted"].reason) == (None, "no_capital")


def test_where_no_time_has_passed_there_is_no_rate() -> None:
    found = measure(whole(course(("2024-01-15", 1000, 0), marks=(("2024-01-15", 980),)), until="2024-06-30")).measured
    assert {found[name].reason for name in RATES if name in found} == {"single_day"}
    assert found["tvpi"].value == Decimal("0.98")


def test_no_rate_or_more_than_one_is_withheld_with_its_reason() -> None:
    several = course(("2023-01-01", 0, 100), ("2024-01-01", 230, 0), ("2024-12-31", 0, 132))
    found = measure(whole(several, until="2024-12-31")).measured["irr"]
    assert (found.value, found.reason, found.roots) == (None, "several_roots", (Decimal("0.1"), Decimal("0.2")))


def test_a_reason_of_the_span_withholds_all_that_rests_on_its_start() -> None:
    one = course(("2024-01-15", 1000, 0), marks=(("2024-06-30", 1050),))
    found = measure(between(one, since="2024-06-30", until="2024-12-31"), levels(("2024-06-30", 1))).measured
    assert {found[name].reason for name in (*RATES, "tvpi", "ks_pme")} == {"not_valued_in_period"}
    assert found["pic"].value == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3000), AMOUNT, AMOUNT), min_size=1, max_size=8), AMOUNT, st.integers(0, 400))
def test_since_inception_the_figures_are_todays(rows: Any, nav: Decimal, more: int) -> None:
    """The same IRR and multiples that the portfolio shows, which come from the ledger's sums."""
    first = date(2015, 1, 1)
    days = sorted({day for day, _, _ in rows})
    own = [(first + timedelta(days=day), *next(row[1:] for row in rows if row[0] == day)) for day in days]
    valued = own[-1][0] + timedelta(days=more)
    holding = course(*((str(on), a, b) for on, a, b in own), marks=((str(valued), nav),))
    paid_in, distributed = (sum((row[place] for row in own), Decimal(0)) for place in (1, 2))
    flows = tuple(Flow(on, b - a) for on, a, b in own)
    position = Position("USD", paid_in, Decimal(0), paid_in, distributed, nav, flows, nav_on=valued)
    figures = pool([position], valued)
    found = measure(whole(holding, until=str(valued))).measured
    assert (found["irr"].value, found["irr"].reason) == (figures.irr, figures.reasons.get("irr"))
    assert [found[name].value for name in ("tvpi", "dpi", "rvpi", "pic")] == [
        figures.tvpi, figures.dpi, figures.rvpi, figures.pic,
    ]  # fmt: skip


CARRIED = st.decimals(min_value=-500, max_value=500, places=2)
ROW = st.tuples(st.integers(0, 3000), AMOUNT, AMOUNT, CARRIED)
HOLDING = st.tuples(st.lists(ROW, min_size=1, max_size=6, unique_by=lambda row: row[0]), AMOUNT, st.integers(1, 2))


@settings(max_examples=120, deadline=None)
@given(st.lists(HOLDING, min_size=1, max_size=4))
def test_a_total_is_one_thing_net_of_carry_wherever_it_is_read(holdings: Any) -> None:
    """The portfolio's total and the returns of the same holdings, some in one vehicle, some with carried interest."""
    last = date(2024, 1, 1)
    courses, positions = [], []
    for rows, nav, vehicle in holdings:
        days = [(date(2015, 1, 1) + timedelta(days=day), *amounts) for day, *amounts in sorted(rows)]
        carried = tuple(Flow(on, carry) for on, _, _, carry in days if carry)
        courses.append(
            course(
                *((str(on), a, b + carry) for on, a, b, carry in days), marks=((str(last), nav),),
                vehicle_id=UUID(int=vehicle), incentive=carried,
            )
        )  # fmt: skip
        paid_in, distributed = sum(a for _, a, _, _ in days), sum(b + carry for _, _, b, carry in days)
        positions.append(
            Position(
                "USD", Decimal(paid_in), Decimal(0), Decimal(paid_in), Decimal(distributed), nav,
                tuple(Flow(on, b + carry - a) for on, a, b, carry in days), nav_on=last, vehicle_id=UUID(int=vehicle),
                carried=sum((flow.amount for flow in carried), Decimal(0)), carried_flows=carried,
            )
        )  # fmt: skip
    figures = pool(positions, last)
    found = measure(whole(*courses, until=str(last))).measured
    assert (found["irr"].value, found["irr"].reason) == (figures.irr, figures.reasons.get("irr"))
    assert [found[name].value for name in ("tvpi", "dpi", "rvpi")] == [figures.tvpi, figures.dpi, figures.rvpi]


@settings(max_examples=80, deadline=None)
@given(st.lists(AMOUNT, min_size=1, max_size=5), st.lists(AMOUNT, min_size=1, max_size=5), AMOUNT, st.data())
def test_market_equivalents_agree_with_pyxirr(put_in: Any, paid_out: Any, nav: Decimal, data: Any) -> None:
    """Conventional flows 365 days apart, so that pyxirr's periods are our years and it cannot choose another root."""
    rows = [(amount, Decimal(0)) for amount in put_in] + [(Decimal(0), amount) for amount in paid_out]
    days = [date(2010, 1, 1) + timedelta(days=365 * place) for place in range(len(rows))]
    index = [Decimal(data.draw(st.integers(50, 400))) for _ in rows]
    one = course(*((str(on), a, b) for on, (a, b) in zip(days, rows, strict=True)), marks=((str(days[-1]), nav),))
    series = levels(*((str(on), level) for on, level in zip(days, index, strict=True)))
    found = measure(whole(one, until=str(days[-1])), series).measured
    ours = {name: float(result.value) for name, result in found.items() if result.value is not None}
    contributions, distributions = [float(a) for a, _ in rows], [float(b) for _, b in rows]
    figures = [float(level) for level in index]
    theirs = {
        "ks_pme": pe.ks_pme_2(contributions, distributions, figures, nav=float(nav)),
        "tvpi": pe.tvpi_2(contributions, distributions, float(nav)),
        "dpi": pe.dpi_2(contributions, distributions),
        "rvpi": pe.rvpi(contributions, float(nav)),
    }
    assert {name: ours[name] for name in theirs} == pytest.approx(theirs, rel=1e-9)  # type: ignore[index]
    amounts = [b - a for a, b in zip(contributions, distributions, strict=True)]
    alpha = pe.direct_alpha(amounts, figures, nav=float(nav))
    if "direct_alpha" in ours and -0.9 < ours["direct_alpha"] < 5:
        assert ours["direct_alpha"] == pytest.approx(alpha, rel=1e-6, abs=1e-8)


def test_beside_an_index_that_did_the_same_there_is_no_alpha() -> None:
    one = course(("2023-01-01", 100, 0), marks=(("2025-01-01", 144),))
    found = measure(whole(one, until="2025-01-01"), levels(("2023-01-01", 100), ("2025-01-01", 144))).measured
    assert found["ks_pme"].value == 1
    assert found["direct_alpha"].value == 0


@pytest.mark.parametrize("days", [("2023-01-02", "2024-12-31"), ("2022-11-30", "2025-01-01")])
def test_an_index_without_a_value_near_a_flow_compares_nothing(days: tuple[str, str]) -> None:
    one = course(("2023-01-01", 100, 0), marks=(("2025-01-01", 144),))
    found = measure(whole(one, until="2025-01-01"), levels(*((day, 100) for day in days))).measured
    assert (found["ks_pme"].reason, found["direct_alpha"].reason) == ("index_missing", "index_missing")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 700), AMOUNT), min_size=1, max_size=6, unique_by=lambda row: row[0]), AMOUNT)
def test_parts_of_a_time_weighted_return_hold_every_flow_once(rows: Any, nav: Decimal) -> None:
    first = date(2020, 1, 1)
    flows = [(str(first + timedelta(days=day)), amount, 0) for day, amount in sorted(rows)]
    marks = tuple((str(first + timedelta(days=day)), nav + day) for day in range(100, 800, 100))
    found = whole(course(*flows, marks=marks), until=str(first + timedelta(days=800)))
    steps = list_sub_periods(found)
    assert sum(step.flows for step in steps) == -sum(part.amount for part in found.flows)
    assert [step.opening for step in steps[1:]] == [step.closing for step in steps[:-1]]
    assert (steps[0].starts_on, steps[-1].ends_on) == (found.starts_on, found.ends_on)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2500), st.integers(-10_000, 10_000)), min_size=2, max_size=10))
def test_a_rate_is_given_only_where_the_present_value_changes_sign_once(rows: list[tuple[int, int]]) -> None:
    """Counted on a grid of four thousand rates: a rate where it crosses zero once, a reason where it does so more often
    or never."""
    first = date(2015, 1, 1)
    both = [(str(first + timedelta(days=day)), max(-a, 0), max(a, 0)) for day, a in sorted(rows) if a]
    found = measure(whole(course(*both), until="2026-01-01")).measured["irr"] if both else None
    if found is None or found.reason in ("no_flows", "single_day", "one_sided") or not found.annualised:
        return
    days, amounts = [date.fromisoformat(on) for on, _, _ in both], [float(b - a) for _, a, b in both]
    grid = [-0.9 + 0.005 * step for step in range(4000)]
    signs = [value > 0 for rate in grid if abs(value := pyxirr.xnpv(rate, days, amounts) or 0.0) > 1e-6]
    crossings = sum(before != after for before, after in pairwise(signs))
    if crossings > 1:
        assert (found.value, found.reason) == (None, "several_roots")
    if found.value is not None:
        assert crossings <= 1
        assert crossings == 1 or not -0.9 < found.value < 19


def test_an_index_in_another_currency_compares_with_nothing() -> None:
    one = course(("2024-01-15", 1000, 0), marks=(("2024-12-31", 1100),))
    index = levels(("2024-01-01", 100), ("2024-12-31", 110), currency="EUR")
    found = measure(whole(one, until="2024-12-31"), index).measured
    assert [each.reason for name, each in found.items() if name in {"ks_pme", "direct_alpha"}] == ["index_currency"] * 2
    assert found["irr"].value is not None
