"""The waterfall, to the cent: worked examples, and against an independent recomputation from the beginning."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.distributions.rules.waterfalls import (
    catch_up_in_full,
    hold_back,
    list_tier_lines,
    round_tiers,
    share_out,
    stand,
)
from portal.domain.investments.distributions.values.waterfalls import Drawn, Paid, PaidOut, Tier, WaterfallTerms
from portal.domain.investments.vehicles.values import Compounding, DayCount

D = Decimal
FULL = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D(1))


def run(terms: WaterfallTerms, drawn: list[Drawn], payouts: list[tuple[date, Decimal]]) -> list[Paid]:
    """Each payout through the tiers, with what was paid before kept between them."""
    kept: list[PaidOut] = []
    for on, amount in payouts:
        exact = share_out(terms, stand(terms, drawn, kept, on=on), Fraction(amount))
        kept.append(PaidOut(on, amount, round_tiers(exact, places=2)))
    return [each.tiers for each in kept if each.tiers is not None]


def cents(paid: Paid) -> list[str]:
    return [f"{float(part):.2f}" for part in paid]


def test_a_year_at_eight_percent_with_full_catch_up() -> None:
    drawn = [Drawn(date(2025, 1, 1), D(1000))]
    (paid,) = run(FULL, drawn, [(date(2026, 1, 1), D(2000))])
    assert cents(paid) == ["1000.00", "80.00", "0.00", "20.00", "720.00", "180.00"]
    assert [paid.partners, paid.carry] == [1800, 200]


def test_a_catch_up_of_eighty_percent() -> None:
    terms = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D("0.80"))
    standing = stand(terms, [Drawn(date(2025, 1, 1), D(1000))], [], on=date(2026, 1, 1))
    exact = share_out(terms, standing, Fraction(2000))
    paid = round_tiers(exact, places=2)
    lines = {line.tier: line for line in list_tier_lines(terms, standing, exact, paid, places=2)}
    assert lines[Tier.CATCH_UP].due == D("26.67")
    assert cents(paid)[2:4] == ["5.33", "21.33"]
    assert f"{float(exact.split_lp + exact.split_gp):.2f}" == "893.33"
    assert [paid.partners, paid.carry] == [1800, 200]


def test_ten_millions_on_eight() -> None:
    terms = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D(1))
    drawn = [Drawn(date(2023, 1, 2), D(8_000_000))]  # two years of 365 days: 1.28M
    (paid,) = run(terms, drawn, [(date(2025, 1, 1), D(10_000_000))])
    assert paid.preferred == 1_280_000
    assert [paid.partners, paid.carry] == [9_600_000, 400_000]


def test_metrick_and_yasuda() -> None:
    drawn = [Drawn(date(2021, 1, 1), D(100_000_000))]
    first, second = run(
        FULL, drawn, [(date(2022, 1, 1), D(108_000_000)), (date(2023, 1, 1), D(92_000_000))]
    )  # fmt: skip
    assert [first.partners, first.carry] == [108_000_000, 0]
    assert [int(part) for part in second] == [0, 0, 0, 2_000_000, 72_000_000, 18_000_000]


def test_without_keeping_what_was_paid_the_second_would_pay_twice() -> None:
    drawn = [Drawn(date(2021, 1, 1), D(100))]
    kept = run(FULL, drawn, [(date(2022, 1, 1), D(108)), (date(2022, 1, 1), D(92))])[1]
    forgotten = run(FULL, drawn, [(date(2022, 1, 1), D(92))])[0]
    assert [kept.capital, forgotten.capital] == [0, 92]


@pytest.mark.parametrize(
    ("compounding", "day_count", "due"),
    [
        (Compounding.SIMPLE, DayCount.ACTUAL_365, "160.22"),  # 731 days, one of them a leap day
        (Compounding.SIMPLE, DayCount.THIRTY_360, "160.00"),
        (Compounding.ANNUAL, DayCount.THIRTY_360, "166.40"),
        (Compounding.QUARTERLY, DayCount.THIRTY_360, "171.66"),
    ],
)
def test_how_the_preferred_return_is_configured(compounding: Compounding, day_count: DayCount, due: str) -> None:
    terms = WaterfallTerms(D("0.08"), compounding, day_count, D("0.20"), D(1))
    standing = stand(terms, [Drawn(date(2023, 1, 1), D(1000))], [], on=date(2025, 1, 1))
    assert f"{float(standing.preferred_due):.2f}" == due


def test_it_runs_on_unreturned_contributions_only() -> None:
    drawn = [Drawn(date(2025, 1, 1), D(1000))]
    first, second = run(FULL, drawn, [(date(2025, 7, 2), D(500)), (date(2026, 1, 1), D(600))])
    assert first == Paid(capital=Fraction(500))
    # 182 days on 1,000 and 183 on 500
    assert second.capital == 500
    assert f"{float(second.preferred):.2f}" == f"{1000 * 0.08 * 182 / 365 + 500 * 0.08 * 183 / 365:.2f}"


def test_what_was_recorded_as_one_amount_is_taken_through_the_tiers_of_its_day() -> None:
    drawn = [Drawn(date(2021, 1, 1), D(100))]
    standing = stand(FULL, drawn, [PaidOut(date(2022, 1, 1), D(108))], on=date(2023, 1, 1))
    assert [standing.unreturned, standing.preferred_due, standing.paid.preferred] == [0, 0, 8]


def test_part_of_the_carry_goes_to_escrow() -> None:
    assert hold_back(D("20.01"), D("0.25"), places=2) == D("5.00")


# The independent recomputation: it knows nothing of what each tier was paid, only all money in and out so far.
def _cumulative(terms: WaterfallTerms, drawn: list[Drawn], payouts: list[tuple[date, Decimal]]) -> list[Fraction]:
    """What capital, preferred return, catch-up and carry come to over everything, day by day."""
    start, end = drawn[0].on, payouts[-1][0]
    capital = due = back = preferred = catch_up = carry = Fraction(0)
    daily = Fraction(terms.preferred_return) / 365
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        if number:
            due += capital * daily
        capital += sum((Fraction(each.amount) for each in drawn if each.on == day), Fraction(0))
        for amount in (Fraction(amount) for on, amount in payouts if on == day):
            returned = min(amount, capital)
            pref = min(amount - returned, due)
            rest = amount - returned - pref
            capital, due, back, preferred = capital - returned, due - pref, back + returned, preferred + pref
            caught = min(rest, catch_up_in_full(terms, preferred) - catch_up)
            catch_up += caught
            carry += caught * Fraction(terms.catch_up) + (rest - caught) * Fraction(terms.carry)
    return [back, preferred, catch_up, carry]


CENTS = st.integers(1, 500_000).map(lambda units: D(units).scaleb(-2))
DAYS = st.integers(0, 900).map(lambda days: date(2020, 1, 1) + timedelta(days=days))


@settings(max_examples=30)
@given(
    st.lists(st.tuples(DAYS, CENTS), min_size=1, max_size=6),
    st.lists(st.tuples(DAYS, CENTS), min_size=20, max_size=20),
    st.sampled_from(["0.5", "0.8", "1"]),
)
def test_over_twenty_distributions_no_tier_pays_twice(
    calls: list[tuple[date, Decimal]], payouts: list[tuple[date, Decimal]], share: str
) -> None:
    terms = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D(share))
    drawn = sorted([Drawn(date(2020, 1, 1), D("100")), *(Drawn(*call) for call in calls)])
    payouts = sorted(payouts)
    paid = run(terms, drawn, payouts)
    for (_, amount), each in zip(payouts, paid, strict=True):
        assert sum(each) == Fraction(amount)
        assert all(part >= 0 for part in each)
    total = Paid(*(sum(parts, Fraction(0)) for parts in zip(*paid, strict=True)))
    expected = _cumulative(terms, drawn, payouts)
    found = [total.capital, total.preferred, total.catch_up_lp + total.catch_up_gp, total.carry]
    # Each distribution is rounded to whole cents, which the next one makes good.
    assert max(abs(mine - theirs) for mine, theirs in zip(found, expected, strict=True)) < Fraction(25, 100)
    assert total.capital <= sum(Fraction(each.amount) for each in drawn)


@settings(max_examples=30)
@given(DAYS, DAYS, DAYS, st.sampled_from(list(DayCount)))
def test_growth_does_not_depend_on_how_often_it_is_looked_at(
    first: date, second: date, third: date, day_count: DayCount
) -> None:
    terms = WaterfallTerms(D("0.08"), Compounding.SIMPLE, day_count, D("0.20"), D(1))
    since, between, until = sorted((first, second, third))
    drawn = [Drawn(since, D(1000))]
    looked = [PaidOut(between, D(0), Paid())]
    assert stand(terms, drawn, looked, on=until).preferred_due == stand(terms, drawn, [], on=until).preferred_due
