"""A tax season: where each vehicle's forms of a year stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.tax_forms.values.boxes import FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, Stage
from portal.domain.investments.tax_forms.values.runs import RunState
from portal.domain.investments.vehicles.values import TaxClass


@dataclass(frozen=True, slots=True)
class VehicleSeason:
    """A vehicle in a year: `holders` who held it, `covered`: how many of them have the form that they wait for, made
    here or elsewhere (of a partnership the Schedule K-1), `final` forms made here, `elsewhere` forms made elsewhere
    that were published, `paper` to be sent on paper, `consents` how many holders consent, `papers_wanted` holders whose
    W-8 or W-9 is missing or runs out by the end of the season."""

    vehicle_id: UUID
    vehicle: str
    tax_class: TaxClass
    expected_on: date | None
    holders: int
    covered: int
    final: int
    elsewhere: int
    paper: int
    consents: int
    papers_wanted: int
    state: RunState | None
    stage: Stage | None


class UnmatchedBatch(NamedTuple):
    """A batch of tax forms made elsewhere, filed in bulk: `unmatched` of its `pieces` are nobody's yet."""

    id: UUID
    name: str
    vehicle: str
    pieces: int
    matched: int
    unmatched: int
    filed: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HolderSeason:
    """A holder in a vehicle's year: the forms it should get, the W-8 or W-9 it gave, its consent, and the form in force
    or made elsewhere."""

    account_id: UUID
    account: str
    foreign: bool
    known: bool
    expires_on: date | None
    consents: bool
    form_id: UUID | None
    kind: FormKind | None
    income: str
    stage: Stage | None
    version: int | None
    delivery: Delivery | None
    mailed_on: date | None
    elsewhere: int


class ExpectedForm(NamedTuple):
    """When a holder may expect the forms of a vehicle."""

    vehicle_id: UUID
    vehicle: str
    tax_year: int
    expected_on: date
