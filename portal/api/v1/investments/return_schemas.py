"""What the API says of returns over a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import OptionalDay, OptionalIdentity, Query
from portal.api.v1.investments.schemas import Amount, Currency, Ratio

PeriodName = Literal[
    "month", "quarter", "year_to_date", "one_year", "three_years", "five_years", "inception", "span"
]  # fmt: skip
BasisName = Literal["net", "gross", "without_line"]
MeasureName = Literal[
    "irr", "time_weighted", "modified_dietz", "tvpi", "dpi", "rvpi", "pic", "ks_pme", "direct_alpha"
]  # fmt: skip


class ReturnsQuery(Query):
    """Of what, over which period, and beside which index."""

    as_of: OptionalDay = Field(default=None, description="The last day; that of the latest valuation when left out.")
    period: PeriodName = Field(default="inception", description="How far back; `span` counts from `since`.")
    since: OptionalDay = Field(default=None, description="The day from whose end on a `span` counts.")
    account: OptionalIdentity = Field(default=None, description="Only this account.")
    vehicle: OptionalIdentity = Field(default=None, description="Only this vehicle.")
    index: OptionalIdentity = Field(default=None, description="An index of the firm to compare with.")


@dataclass(frozen=True, slots=True)
class MeasureItem:
    """A figure. One that is null has the code of its `reason`; a rate is of a year where `annualised` is true."""

    measure: MeasureName
    value: Ratio
    reason: str | None
    annualised: bool
    estimate: bool
    derivation: Annotated[str, Field(description="The address of what it is computed from.")]


@dataclass(frozen=True, slots=True)
class BasisItem:
    """The figures on one basis."""

    basis: BasisName
    measures: list[MeasureItem]


@dataclass(frozen=True, slots=True)
class VehicleShare:
    """What a vehicle adds, net: `added` is its part of the total's modified Dietz return, not annualised; `irr` is of a
    year where `irr_annualised` is true, and has the code of its `irr_reason` where it is null."""

    vehicle_id: UUID
    vehicle: str
    opening: Amount
    paid_in: Amount
    distributed: Amount
    nav: Amount
    gain: Amount
    added: Ratio
    irr: Ratio
    irr_annualised: bool
    irr_reason: str | None


@dataclass(frozen=True, slots=True)
class ReturnSet:
    """The returns of one currency. In a period the value at its start counts as paid in. `nav_adjusted`: the NAV is the
    last valuation rolled forward by later flows."""

    currency: Currency
    starts_on: date
    ends_on: date
    holdings: int
    opening: Amount
    paid_in: Amount
    distributed: Amount
    nav: Amount
    nav_on: date | None
    nav_adjusted: bool
    nav_age_days: int | None
    bases: list[BasisItem]
    vehicles: list[VehicleShare]


@dataclass(frozen=True, slots=True)
class ReturnList:
    """Returns over a period, a set per currency."""

    as_of: date
    period: PeriodName
    items: list[ReturnSet]
