"""Carry that has to come back: how much, and that paying it leaves what one run over all the money would have given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.distributions.rules.clawbacks import judge_clawback, settle_tiers, take_as_whole
from portal.domain.investments.distributions.rules.waterfalls import round_tiers, share_out, stand
from portal.domain.investments.distributions.values.waterfalls import Clawback, Drawn, Paid, PaidOut, WaterfallTerms
from portal.domain.investments.vehicles.values import Compounding, DayCount

D = Decimal
ZERO = Fraction(0)
FULL = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D(1))
CENT = Fraction(1, 100)


@dataclass
class Vehicle:
    """What the tiers were paid, payment by payment, as the portal keeps it."""

    terms: WaterfallTerms
    drawn: list[Drawn]
    kept: list[PaidOut] = field(default_factory=list)

    def pay(self, on: date, amount: Decimal) -> Paid:
        exact = share_out(self.terms, stand(self.terms, self.drawn, self.kept, on=on), Fraction(amount))
        paid = round_tiers(exact, places=2)
        self.kept.append(PaidOut(on, amount, paid))
        return paid

    def judge(self, on: date, value_left: str = "0") -> Clawback:
        return judge_clawback(self.terms, self.drawn, self.kept, on=on, value_left=D(value_left), places=2)

    def pay_back(self, on: date, amount: Decimal) -> Paid:
        standing = stand(self.terms, self.drawn, self.kept, on=on)
        moved = settle_tiers(self.terms, standing, amount, places=2)
        self.kept.append(PaidOut(on, D(0), moved))
        return moved

    @property
    def paid(self) -> Paid:
        return Paid(
            *(sum(parts, ZERO) for parts in zip(*(each.tiers for each in self.kept if each.tiers), strict=True))
        )


def lost(terms: WaterfallTerms = FULL) -> Vehicle:
    """200 on the first 100, then another 100 that is lost."""
    vehicle = Vehicle(terms, [Drawn(date(2021, 1, 1), D(100)), Drawn(date(2022, 1, 2), D(100))])
    assert vehicle.pay(date(2022, 1, 1), D(200)).carry == 20
    return vehicle


def test_it_is_owed_when_later_losses_take_the_profit_back() -> None:
    interim = lost().judge(date(2022, 1, 2), "100")
    assert [interim.profit, interim.owed] == [100, 0]
    end = lost().judge(date(2022, 1, 2))
    assert [end.profit, end.entitled, end.shortfall, end.owed] == [0, 0, 28, 20]


def test_what_the_partners_had_as_profit_counts_for_what_they_lack() -> None:
    vehicle = Vehicle(FULL, [Drawn(date(2021, 1, 1), D(100)), Drawn(date(2022, 1, 2), D(100))])
    assert vehicle.pay(date(2022, 1, 1), D(300)).carry == 40
    end = vehicle.judge(date(2022, 1, 2))
    assert [end.profit, end.entitled, end.shortfall, end.owed] == [100, 20, 0, 20]


def test_paid_back_all_counts_as_capital_first() -> None:
    vehicle = lost()
    moved = vehicle.pay_back(date(2022, 1, 2), D(20))
    assert moved == Paid(Fraction(100), Fraction(-8), ZERO, Fraction(-2), Fraction(-72), Fraction(-18))
    assert [sum(moved), moved.partners, moved.carry] == [0, 20, -20]
    assert vehicle.paid == Paid(capital=Fraction(200))
    assert vehicle.judge(date(2022, 1, 2)).owed == 0
    after = stand(FULL, vehicle.drawn, vehicle.kept, on=date(2022, 1, 2))
    assert [after.unreturned, after.preferred_due] == [0, 8]


def test_half_of_it_leaves_the_other_half_owed() -> None:
    vehicle = lost()
    vehicle.pay_back(date(2022, 1, 2), D(12))
    assert vehicle.judge(date(2022, 1, 2)).owed == 8
    vehicle.pay_back(date(2022, 1, 2), D(8))
    assert vehicle.judge(date(2022, 1, 2)).owed == 0
    assert vehicle.paid == Paid(capital=Fraction(200))


def test_deal_by_deal_the_whole_vehicle_sees_a_payback_as_it_is() -> None:
    vehicle = lost()
    vehicle.kept = take_as_whole(FULL, vehicle.drawn, vehicle.kept)
    vehicle.pay_back(date(2022, 1, 2), D(20))
    assert take_as_whole(FULL, vehicle.drawn, vehicle.kept) == vehicle.kept
    assert vehicle.judge(date(2022, 1, 2)).owed == 0


class Totals(NamedTuple):
    """What partners and general partner have in all."""

    partners: Fraction
    carry: Fraction


@dataclass
class Recomputation:
    """The independent one: day by day it knows capital and preferred return, and of what was paid two totals alone."""

    terms: WaterfallTerms
    on: date
    drawn: Fraction = ZERO
    capital: Fraction = ZERO
    due: Fraction = ZERO
    grown: Fraction = ZERO
    partners: Fraction = ZERO
    carry: Fraction = ZERO

    def until(self, day: date) -> None:
        while self.on < day:
            grown = self.capital * Fraction(self.terms.preferred_return) / 365
            self.due, self.grown, self.on = self.due + grown, self.grown + grown, self.on + timedelta(days=1)

    def take(self, paid: Paid) -> None:
        """What was paid, of which the preferred return stops running."""
        self.partners, self.carry = self.partners + paid.partners, self.carry + paid.carry
        returned = min(paid.partners, self.capital)
        self.capital -= returned
        self.due -= min(paid.partners - returned, self.due)

    def settle(self, amount: Fraction) -> None:
        """What was paid back: all that the partners have is capital first."""
        self.partners, self.carry = self.partners + amount, self.carry - amount
        self.capital = max(ZERO, self.drawn - self.partners)
        self.due = max(ZERO, self.grown - max(ZERO, self.partners - self.drawn))

    def whole_fund(self) -> Totals:
        """One waterfall over all the money: capital, preferred return, catch-up, split."""
        money, carry, share = self.partners + self.carry, Fraction(self.terms.carry), Fraction(self.terms.catch_up)
        profit = max(ZERO, money - self.drawn)
        preferred = min(profit, self.grown)
        caught = min(profit - preferred, carry * preferred / (share - carry) if share else ZERO)
        general = caught * share + (profit - preferred - caught) * carry
        return Totals(money - general, general)


CENTS = st.integers(1, 500_000).map(lambda units: D(units).scaleb(-2))
DAYS = st.integers(0, 900).map(lambda days: date(2020, 1, 1) + timedelta(days=days))
FLOWS = st.lists(st.tuples(DAYS, st.booleans(), CENTS), min_size=2, max_size=12)


def _go(vehicle: Vehicle, known: Recomputation, flows: list[tuple[date, bool, Decimal]]) -> None:
    for on, is_call, amount in flows:
        known.until(on)
        if is_call:
            vehicle.drawn.append(Drawn(on, amount))
            known.drawn, known.capital = known.drawn + Fraction(amount), known.capital + Fraction(amount)
        else:
            known.take(vehicle.pay(on, amount))


@settings(max_examples=60)
@given(FLOWS, FLOWS, st.sampled_from(["0", "0.5", "0.8", "1"]), st.integers(1, 100))
def test_afterwards_everybody_has_what_one_waterfall_over_all_the_money_gives(
    before: list[tuple[date, bool, Decimal]], after: list[tuple[date, bool, Decimal]], share: str, part: int
) -> None:
    terms = WaterfallTerms(D("0.08"), Compounding.SIMPLE, DayCount.ACTUAL_365, D("0.20"), D(share))
    first = Drawn(date(2020, 1, 1), D("100"))
    vehicle, known = Vehicle(terms, [first]), Recomputation(terms, first.on, Fraction(100), Fraction(100))
    days = sorted(before)
    # On one day calls come first, as in the books.
    _go(vehicle, known, sorted(days, key=lambda flow: (flow[0], not flow[1])))
    for portion in (D(part) / 100, D(1)):  # a part of it first, then the rest
        owed = vehicle.judge(known.on).owed
        expected = known.whole_fund()
        assert abs(Fraction(owed) - max(ZERO, known.carry - expected.carry)) <= CENT / 2
        amount = round(owed * portion, 2)
        moved = vehicle.pay_back(known.on, amount) if amount else Paid()
        assert [moved.partners, moved.carry] == [Fraction(amount), -Fraction(amount)]
        if amount:
            known.settle(Fraction(amount))
    assert vehicle.judge(known.on).owed == 0
    assert [vehicle.paid.partners, vehicle.paid.carry] == [known.partners, known.carry]
    if owed:
        assert abs(known.carry - expected.carry) <= CENT
        assert abs(known.partners - expected.partners) <= CENT
        assert all(each > -CENT for each in vehicle.paid)
        _the_next_ones_start_from_there(vehicle, known, after)


def _the_next_ones_start_from_there(
    vehicle: Vehicle, known: Recomputation, after: list[tuple[date, bool, Decimal]]
) -> None:
    """What is paid from then on, without calls, leaves what one waterfall over everything gives."""
    later = sorted((on + timedelta(days=901), False, amount) for on, _, amount in after)
    _go(vehicle, known, later)
    expected = known.whole_fund()
    assert abs(known.carry - expected.carry) < Fraction(25, 100)
    assert vehicle.judge(known.on).owed < D("0.25")


@pytest.mark.parametrize("compounding", list(Compounding))
def test_what_is_due_again_earns_from_then_on(compounding: Compounding) -> None:
    terms = WaterfallTerms(D("0.08"), compounding, DayCount.ACTUAL_365, D("0.20"), D(1))
    vehicle = lost(terms)
    vehicle.pay_back(date(2022, 1, 2), D(20))
    grown = stand(terms, vehicle.drawn, vehicle.kept, on=date(2024, 1, 2)).preferred_due
    if compounding is Compounding.SIMPLE:
        assert grown == 8
    else:
        assert grown > 8
