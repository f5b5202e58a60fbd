"""What a forecast is made of: how a vehicle is expected to call, grow and pay out, and what follows for a holding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

QUARTERS = 4
LONGEST_LIFE = 30


@dataclass(frozen=True, slots=True)
class Pacing:
    """How a vehicle is expected to run, after D. Takahashi and S. Alexander, "Illiquid Alternative Asset Fund
    Modeling", Journal of Portfolio Management 28 (2), 2002. Rates are fractions of a year; `contributions` are the
    shares of what is unfunded that are called in each year of life, the last of them from then on; `life` is in
    years."""

    contributions: tuple[Decimal, ...] = (Decimal("0.25"), Decimal("0.3333"), Decimal("0.5"))
    life: int = 12
    bow: Decimal = Decimal("2.5")
    growth: Decimal = Decimal("0.13")
    least_yield: Decimal = Decimal(0)
    begins_on: date | None = None


USUAL = Pacing()


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a forecast begins: a holding today."""

    unfunded: Decimal
    nav: Decimal
    begins_on: date


@dataclass(frozen=True, slots=True)
class ForecastQuarter:
    """A quarter to come. `age` is the vehicle's in years at its end; rates are of this quarter."""

    ends_on: date
    age: Decimal
    contribution_rate: Decimal
    growth_rate: Decimal
    distribution_rate: Decimal
    unfunded_before: Decimal
    nav_before: Decimal
    called: Decimal
    distributed: Decimal
    unfunded: Decimal
    nav: Decimal


@dataclass(frozen=True, slots=True)
class HoldingForecast:
    """What the next quarters are expected to bring one holding."""

    holding_id: UUID
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    currency: str
    as_of: date
    valued_on: date | None
    ground: Ground
    pacing: Pacing
    quarters: tuple[ForecastQuarter, ...]

    @property
    def called(self) -> Decimal:
        """What is expected to be called in all."""
        return sum((each.called for each in self.quarters), Decimal(0))

    @property
    def distributed(self) -> Decimal:
        """What is expected to be paid out in all."""
        return sum((each.distributed for each in self.quarters), Decimal(0))


@dataclass(frozen=True, slots=True)
class ForecastTotal:
    """All forecasts in one currency; per quarter what is called and what is paid out."""

    currency: str
    unfunded: Decimal
    nav: Decimal
    quarters: tuple[tuple[date, Decimal, Decimal], ...]

    @property
    def called(self) -> Decimal:
        """What is expected to be called in all."""
        return sum((called for _, called, _ in self.quarters), Decimal(0))

    @property
    def distributed(self) -> Decimal:
        """What is expected to be paid out in all."""
        return sum((distributed for _, _, distributed in self.quarters), Decimal(0))
