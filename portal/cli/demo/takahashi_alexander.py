"""A fund's life by the Takahashi–Alexander model, in quarters and with a little weather.

Dean Takahashi and Seth Alexander, "Illiquid Alternative Asset Fund Modeling", Yale School of Management, 2002:
calls are a rate of what is still uncalled, distributions a rate of NAV that rises as (age ÷ life)^bow and never falls
below the yield, and NAV_t = NAV_{t−1} × (1 + growth) + calls − distributions. Fees are charged to NAV here, so growth
is stated before them. Yearly rates are spread over quarters by compounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from portal.platform.money import Money

Strategy = Literal["buyout", "venture", "growth", "private_credit", "real_estate", "infrastructure"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """One strategy's shape: rates are yearly fractions; `fee` is of commitment for five years, then of NAV."""

    call_rates: tuple[float, ...]
    life: int
    bow: float
    growth: float
    income: float
    income_type: Literal["dividend", "interest"]
    swing: float
    fee: float


# Buyout has the paper's own example (25 %, 33.3 %, 50 %, life 12, bow 2.5, growth 13 % after fees, no yield). The
# others are set in its form to give each strategy's usual pace, income and multiple; none is fitted to data.
PARAMETERS: Mapping[Strategy, Parameters] = {
    "buyout": Parameters((0.25, 0.333, 0.5), 12, 2.5, 0.16, 0.0, "dividend", 0.03, 0.02),
    "venture": Parameters((0.20, 0.30, 0.4), 14, 3.2, 0.185, 0.0, "dividend", 0.06, 0.0225),
    "growth": Parameters((0.30, 0.40, 0.5), 10, 2.5, 0.175, 0.0, "dividend", 0.045, 0.02),
    "private_credit": Parameters((0.45, 0.50, 0.6), 8, 2.0, 0.105, 0.08, "interest", 0.008, 0.0125),
    "real_estate": Parameters((0.35, 0.45, 0.5), 10, 2.2, 0.125, 0.04, "dividend", 0.02, 0.015),
    "infrastructure": Parameters((0.30, 0.35, 0.4), 15, 2.8, 0.115, 0.05, "dividend", 0.012, 0.0125),
}
_FEE_ON_COMMITMENT = 20  # quarters
_SMALLEST_NOTICE = Decimal("0.0025")  # of commitment; what is less waits for a later quarter


@dataclass(frozen=True, slots=True)
class Call:
    """A capital call."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Fee:
    """A management fee, charged to NAV."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution by type."""

    on: date
    return_of_capital: Decimal
    gain: Decimal
    dividend: Decimal
    interest: Decimal

    @property
    def amount(self) -> Decimal:
        return self.return_of_capital + self.gain + self.dividend + self.interest


@dataclass(frozen=True, slots=True)
class Valuation:
    """NAV at a quarter's end, everything of that quarter included, and what it grew by within it."""

    on: date
    nav: Decimal
    growth: Decimal


@dataclass(frozen=True, slots=True)
class FundLife:
    """All that happened in a fund up to a day, each list by date."""

    calls: tuple[Call, ...]
    fees: tuple[Fee, ...]
    distributions: tuple[Distribution, ...]
    valuations: tuple[Valuation, ...]


def model_fund(
    strategy: Strategy, *, vintage: int, commitment: Money, seed: int, until: date, first_quarter: int = 1
) -> FundLife:
    """The life of a fund from its first quarter to its last, or to `until`, whichever comes first.

    Amounts are in the commitment's smallest units. The same arguments give the same life.
    """
    fund = _Fund(PARAMETERS[strategy], commitment, Random(seed))  # noqa: S311 - weather, not a secret
    events: list[Call | Fee | Distribution | Valuation] = []
    for quarter in range(1, fund.parameters.life * 4 + 1):
        month = (first_quarter - 1) * 3 + (quarter - 1) * 3
        events += fund.live_through(quarter, date(vintage + month // 12, month % 12 + 1, 1))
    past = [event for event in events if event.on <= until]
    return FundLife(
        calls=tuple(event for event in past if isinstance(event, Call)),
        fees=tuple(event for event in past if isinstance(event, Fee)),
        distributions=tuple(event for event in past if isinstance(event, Distribution)),
        valuations=tuple(event for event in past if isinstance(event, Valuation)),
    )


class _Fund:
    """What a fund holds between two quarters."""

    def __init__(self, parameters: Parameters, commitment: Money, weather: Random) -> None:
        self.parameters = parameters
        self.commitment = commitment.amount
        self.currency = commitment.currency
        self.weather = weather
        self.uncalled = commitment.amount
        self.nav = Decimal(0)
        self.cost = Decimal(0)

    def live_through(self, quarter: int, begins: date) -> Iterator[Call | Fee | Distribution | Valuation]:
        """One quarter: growth on what was there, then a call, the fee, a distribution and the valuation."""
        opening = self.nav
        growth = self._money(self.nav, self._quarterly(self.parameters.growth, self.parameters.swing))
        self.nav += growth
        if call := self._call(quarter):
            yield Call(_workday(begins, self.weather.randint(20, 50)), call)
        if fee := self._fee(quarter):
            yield Fee(_workday(_month(begins, 2), 2), fee)
        distribution = self._distribute(quarter, opening, _workday(_month(begins, 2), self.weather.randint(9, 23)))
        if distribution.amount:
            yield distribution
        yield Valuation(_month(begins, 3) - timedelta(days=1), self.nav, growth)

    def _call(self, quarter: int) -> Decimal:
        rates = self.parameters.call_rates
        rate = 1 - (1 - rates[min((quarter - 1) // 4, len(rates) - 1)]) ** 0.25
        amount = self._money(self.uncalled, rate * self.weather.uniform(0.4, 1.6))
        if quarter > 1 and (amount < self.commitment * _SMALLEST_NOTICE or quarter > self.parameters.life * 3):
            return Decimal(0)
        self.uncalled -= amount
        self.nav += amount
        self.cost += amount
        return amount

    def _fee(self, quarter: int) -> Decimal:
        basis = self.commitment if quarter <= _FEE_ON_COMMITMENT else self.nav
        fee = min(self._money(basis, self.parameters.fee / 4), self.nav)
        self.nav -= fee
        return fee

    def _distribute(self, quarter: int, opening: Decimal, on: date) -> Distribution:
        """Income on what was there at the start, then capital and gain in the proportion NAV holds them."""
        parameters = self.parameters
        yearly = (quarter / (parameters.life * 4)) ** parameters.bow
        income = min(self._money(opening, parameters.income / 4), self.nav)
        rest = self._money(self.nav - income, self._exit_rate(yearly))
        if quarter < parameters.life * 4 and rest < self.commitment * _SMALLEST_NOTICE:
            rest = Decimal(0)
        capital = min(rest, self.cost, self._money(rest, float(self.cost / self.nav))) if self.nav else Decimal(0)
        self.nav -= income + rest
        self.cost -= capital
        zero = Decimal(0)
        dividend, interest = (income, zero) if parameters.income_type == "dividend" else (zero, income)
        return Distribution(on, capital, rest - capital, dividend, interest)

    def _exit_rate(self, yearly: float) -> float:
        return min(1.0, (1 - (1 - yearly) ** 0.25) * self.weather.uniform(0.3, 1.7)) if yearly < 1 else 1.0

    def _quarterly(self, yearly: float, swing: float) -> float:
        return float((1 + yearly) ** 0.25 - 1 + self.weather.gauss(0, swing))

    def _money(self, amount: Decimal, rate: float) -> Decimal:
        return Money.rounded(amount * Decimal(f"{rate:.9f}"), self.currency).amount


def _month(begins: date, later: int) -> date:
    months = begins.month - 1 + later
    return date(begins.year + months // 12, months % 12 + 1, 1)


def _workday(first: date, days: int) -> date:
    """That many days later, or the Monday after."""
    day = first + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
