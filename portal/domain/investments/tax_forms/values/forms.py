"""A tax form as its holder gets it, frozen: page, PDF, JSON and archive all show these figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, BoxKind, FormKind
from portal.domain.investments.tax_forms.values.incomes import income_of, name_income


class Stage(StrEnum):
    """Whether figures may still change before a return is filed."""

    ESTIMATE = "estimate"
    FINAL = "final"


class Delivery(StrEnum):
    """How a form reaches its recipient: in the portal alone needs their consent to that (Rev. Proc. 2012-17)."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Filled:
    """A box that is filled: an amount or a rate in digits, a text, or "x" for a box that is checked."""

    code: str
    label: str
    kind: BoxKind
    value: str

    @property
    def number(self) -> str:
        """How the form numbers it: L, of which there are several lines here, 20Z with its code."""
        return self.code.partition("-")[0]

    @property
    def amount(self) -> Decimal:
        """What stands in it, of an amount or a rate."""
        return Decimal(self.value)


@dataclass(frozen=True, slots=True)
class TaxForm:
    """What a form says. `payer` is the vehicle, with its EIN and address; `corrected`: it takes the place of a final
    one; `reason` says what changed. The recipient's number is on the paper alone, masked."""

    kind: FormKind
    tax_year: int
    stage: Stage
    version: int
    corrected: bool
    reason: str
    firm: str
    payer: str
    payer_ein: str
    payer_address: str
    recipient: str
    account_number: str
    currency: str
    delivery: Delivery
    issued_on: date
    boxes: tuple[Filled, ...]

    @property
    def income(self) -> str:
        """What tells it from the holder's others of its kind; empty where it tells all."""
        return income_of(self.kind, {box.code: box.value for box in self.boxes})

    @property
    def title(self) -> str:
        """What people call it, with the income that it tells where there may be several."""
        return f"{self.name}, {name_income(self.income)}" if self.income else self.name

    @property
    def name(self) -> str:
        """What people call all of its kind and year."""
        mark = "Corrected: " if self.corrected else "Estimate: " if self.stage is Stage.ESTIMATE else ""
        sheet = " data sheet" if self.kind is FormKind.K1 else ""
        return f"{mark}{FORM_NAMES[self.kind]}{sheet} for {self.tax_year}"

    def content(self) -> dict[str, Any]:
        """The form in what JSON can hold."""
        plain: dict[str, Any] = orjson.loads(orjson.dumps(self))
        return plain

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> TaxForm:
        """The form that was kept as `content`."""
        given = dict(content)
        given["kind"], given["stage"] = FormKind(given["kind"]), Stage(given["stage"])
        given["delivery"] = Delivery(given["delivery"])
        given["issued_on"] = date.fromisoformat(given["issued_on"])
        given["boxes"] = tuple(Filled(**{**box, "kind": BoxKind(box["kind"])}) for box in given["boxes"])
        return cls(**given)


@dataclass(frozen=True, slots=True)
class IssuedForm:
    """A form as it was issued. `mailed_on`: the day its paper was sent; `replaced`: a later version is in force."""

    id: UUID
    run_id: UUID
    account_id: UUID
    vehicle_id: UUID
    form: TaxForm
    figures_digest: str
    issued_at: datetime
    mailed_on: date | None
    replaced: bool

    @property
    def is_delivered(self) -> bool:
        """Whether it counts as delivered: in the portal with consent, or on paper that was sent."""
        return self.form.delivery is Delivery.ELECTRONIC or self.mailed_on is not None


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A tax form among a person's: made here, or made elsewhere and filed in the library, where `form_id` and `stage`
    are empty and `delivery` is what the account had said when it was published; none where the reader does not act for
    the account."""

    document_id: UUID
    form_id: UUID | None
    title: str
    tax_year: int | None
    account_id: UUID | None
    account: str
    vehicle_id: UUID | None
    vehicle: str
    stage: Stage | None
    version: int
    corrected: bool
    delivery: Delivery | None
    mailed_on: date | None
    published_at: datetime

    @property
    def name(self) -> str:
        """What it is called beside the name of its vehicle."""
        return self.title.removesuffix(f": {self.vehicle}")

    @property
    def is_delivered(self) -> bool | None:
        """Whether it counts as delivered; None where `delivery` is."""
        return None if self.delivery is None else self.delivery is Delivery.ELECTRONIC or self.mailed_on is not None


class FormAnnouncement(NamedTuple):
    """What to tell a person of forms of one run: the ids with the accounts' names, and the income where forms are apart
    by that."""

    name: str
    email: str
    firm: str
    vehicle: str
    title: str
    paper: bool
    forms: tuple[tuple[UUID, str], ...]


class Recipient(NamedTuple):
    """What stands on the paper alone: the taxpayer's number with its last four characters, and the postal address."""

    tax_number: str
    address: str


def source_of(form_id: UUID) -> str:
    """What the library calls the origin of a form's document."""
    return f"tax_form:{form_id}"
