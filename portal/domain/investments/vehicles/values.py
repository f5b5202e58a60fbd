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


@dataclass(frozen=True, slots=True)
class Terms:
    """What the vehicle's agreement says of returns; rates are fractions (0.08 is 8 %)."""

    preferred_return: Decimal = Decimal(0)
    preferred_compounding: Compounding = Compounding.ANNUAL
    day_count: DayCount = DayCount.ACTUAL_365
    carry: Decimal = Decimal(0)
    catch_up: Decimal = Decimal(0)
    waterfall: Waterfall = Waterfall.WHOLE_FUND
    management_fee: Decimal = Decimal(0)


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
