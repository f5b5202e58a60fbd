"""A vehicle's allocations of a year, from what staff enter to forms that were issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, FormKind
from portal.domain.investments.tax_forms.values.forms import Stage

CURRENCY, PLACES = "USD", 2  # the forms are the IRS's: their amounts are in US dollars, whatever the vehicle is kept in
FormKey = tuple[UUID, str]  # whose form it is, and which income it tells
Boxes = Mapping[str, str]  # what stands in each box, by its number: amounts and rates in digits


class RunState(StrEnum):
    """Where allocations stand: nobody outside the staff knows of them before they are issued."""

    DRAFT = "draft"
    WAITING = "waiting"
    ISSUED = "issued"
    DISCARDED = "discarded"


class SharedBy(StrEnum):
    """What a vehicle's totals are shared out by."""

    COMMITMENT = "commitment"
    CAPITAL = "capital"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class NewTaxRun:
    """What all forms of a run have in common. `reason` says what a correction changes."""

    vehicle_id: UUID
    tax_year: int
    kind: FormKind
    stage: Stage
    payer_ein: str
    payer_address: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VehicleTotals:
    """What the vehicle's own return says, to be shared out among its holders."""

    boxes: Boxes
    shared_by: SharedBy = SharedBy.COMMITMENT
    units: Mapping[UUID, Decimal] = field(default_factory=dict)


class SheetProblem(NamedTuple):
    """What is wrong in a line of a sheet, in a column or altogether."""

    line: int
    column: str
    message: str


class SheetRow(NamedTuple):
    """A line of a sheet: whose it is, by the key of the name or number as written, and what stands in the boxes."""

    line: int
    name: str
    boxes: Boxes


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was read: the lines of accounts, and the vehicle's totals."""

    rows: Sequence[SheetRow]
    totals: Boxes


class Holder(NamedTuple):
    """An account that held the vehicle in the year. `foreign` by its W-8 or W-9, or by its tax residence where there is
    none; `consents` to forms in the portal alone."""

    account_id: UUID
    account: str
    number: str
    foreign: bool
    consents: bool


class Review(NamedTuple):
    """What stands in the way of a run's approval: amounts that do not come to the vehicle's totals (box, allocated,
    total), and accounts whose form in force it would leave as it is. `without` are holders it says nothing of,
    `paper` accounts whose forms are to be sent on paper, `numberless` those whose taxpayer's number is not known."""

    differences: Sequence[tuple[str, Decimal, Decimal]]
    dropped: Sequence[str]
    without: Sequence[str]
    paper: Sequence[str]
    numberless: Sequence[str]

    @property
    def ties(self) -> bool:
        """Whether it may be put up for approval."""
        return not self.differences and not self.dropped


@dataclass(frozen=True, slots=True)
class TaxRun:
    """A run with its totals; `accounts` counts those it has forms of, `issued` the forms that came of it, `filed` those
    whose PDF is with the account's papers."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    tax_year: int
    kind: FormKind
    stage: Stage
    payer_ein: str
    payer_address: str
    totals: Boxes
    reason: str
    state: RunState
    accounts: int
    issued: int
    filed: int
    created_by: str
    created_at: datetime
    issued_at: datetime | None

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{FORM_NAMES[self.kind]} for {self.tax_year}, {self.vehicle} ({self.stage.value})"


@dataclass(frozen=True, slots=True)
class Allocation:
    """What an account's form of the run says, of one `income` where forms are apart by that."""

    account_id: UUID
    account: str
    number: str
    income: str
    boxes: Boxes

    @property
    def key(self) -> FormKey:
        """Which form of the run's kind it is."""
        return self.account_id, self.income


class CurrentForm(NamedTuple):
    """The form of an account that is in force."""

    id: UUID
    account_id: UUID
    account: str
    income: str
    stage: Stage
    version: int
    boxes: Boxes

    @property
    def key(self) -> FormKey:
        """Which form of its kind it is."""
        return self.account_id, self.income
