"""Vehicles and their terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class TaxClass(StrEnum):
    """How the vehicle is taxed, which decides the form its holders get."""

    PARTNERSHIP = "partnership"
    CORPORATION = "corporation"
    REIT = "reit"
    RIC = "ric"
    NOTES = "notes"


class Waterfall(StrEnum):
    """How proceeds are shared: over the whole fund or deal by deal."""

    WHOLE_FUND = "whole_fund"
    DEAL_BY_DEAL = "deal_by_deal"


class Compounding(StrEnum):
    """Whether and how often the preferred return is added to what it accrues on."""

    SIMPLE = "simple"
    ANNUAL = "annual"
    QUARTERLY = "quarterly"


class DayCount(StrEnum):
    """How days count as parts of a year."""

    ACTUAL_365 = "actual_365"
    THIRTY_360 = "thirty_360"


class AccruesFrom(StrEnum):
    """From which day the preferred return accrues on what is called."""

    DUE = "due"
    PAID = "paid"


class FeeBasis(StrEnum):
    """What the management fee is a rate of: what was promised, or what was paid in and not given back."""

    COMMITMENT = "commitment"
    INVESTED = "invested"


class FeeFrequency(StrEnum):
    """How often the management fee is charged."""

    QUARTERLY = "quarterly"
    SEMI_ANNUAL = "semi_annual"
    ANNUAL = "annual"

    @property
    def months(self) -> int:
        """How long one period is."""
        return {"quarterly": 3, "semi_annual": 6, "annual": 12}[self.value]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the vehicle's agreement says of returns, notices and fees; rates and shares are fractions (0.08 is 8 %).

    `calendar` is the country (ISO 3166-1) whose holidays are no business days, `notice_days` how many of those a call
    gives at the least. `late_interest` is the rate a year for what is paid late, and for late closes. `escrow` is the
    share of carry held back, `fee_offset` the share of what the manager earned elsewhere that lowers its fee."""

    preferred_return: Decimal = Decimal(0)
    preferred_compounding: Compounding = Compounding.ANNUAL
    day_count: DayCount = DayCount.ACTUAL_365
    carry: Decimal = Decimal(0)
    catch_up: Decimal = Decimal(0)
    waterfall: Waterfall = Waterfall.WHOLE_FUND
    management_fee: Decimal = Decimal(0)
    calendar: str = "US"
    notice_days: int = 10
    late_interest: Decimal = Decimal(0)
    accrues_from: AccruesFrom = AccruesFrom.DUE
    carry_account_id: UUID | None = None
    escrow: Decimal = Decimal(0)
    clawback: bool = False
    fee_basis: FeeBasis = FeeBasis.COMMITMENT
    fee_frequency: FeeFrequency = FeeFrequency.QUARTERLY
    fee_offset: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class VehicleDescription:
    """What staff enter of a vehicle."""

    name: str
    currency: str
    tax_class: TaxClass = TaxClass.PARTNERSHIP
    strategy: str | None = None
    sector: str | None = None
    vintage: int | None = None
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What is invested in."""

    id: UUID
    name: str
    currency: str
    tax_class: TaxClass
    strategy: str | None
    sector: str | None
    vintage: int | None
    terms: Terms
