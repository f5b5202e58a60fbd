"""What the API says of tax forms and of how they come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from portal.api.parsing import Body, OptionalIdentity, Paging, Query
from portal.api.v1.investments.schemas import Next
from portal.api.v1.investments.statement_schemas import Year
from portal.domain.investments.tax_forms.values.boxes import BoxKind, FormKind
from portal.domain.investments.tax_forms.values.forms import Delivery, Stage


def _whole(value: object) -> object:
    """`1.0` is 1 in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class TaxFormQuery(Query):
    """A tax form takes no parameters: it is what it was."""


class TaxFormsQuery(Paging):
    """A page of tax forms, and what they are narrowed to."""

    account: OptionalIdentity = Field(default=None, description="Only those of this account.")
    year: Year = Field(default=None, description="Only those for this tax year.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFormItem:
    """A tax form as a line of a list; `document_id` is its PDF under /documents. Of one made elsewhere `id` and
    `stage` are null, `delivery` is what the account had said when it was published: null where you don't act for it."""

    id: UUID | None
    document_id: UUID
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
    delivered: bool | None
    mailed_on: date | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class TaxFormList:
    """A page of tax forms, newest first."""

    items: list[TaxFormItem]
    next: Next


@dataclass(frozen=True, slots=True)
class TaxBox:
    """A box that is filled: `value` is an amount in the form's currency, a rate in percent, a text, or x where it is
    checked."""

    code: str
    label: str
    kind: BoxKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFormDetail:
    """A tax form that was made here, with the figures of its PDF. The taxpayer's number is on the PDF alone, masked.
    `replaced_by` is the version that took this one's place, `reason` what a correction changed."""

    id: UUID
    form: FormKind
    title: str
    tax_year: int
    stage: Stage
    version: int
    corrected: bool
    reason: str
    payer: str
    payer_ein: str
    payer_address: str
    recipient: str
    currency: str
    delivery: Delivery
    delivered: bool
    mailed_on: date | None
    issued_on: date
    boxes: list[TaxBox]
    capital_is_tax_basis: bool
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    replaced_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxConsentItem:
    """How the tax forms of an account come: `given` is the latest answer to a text, null before the first."""

    account_id: UUID
    account: str
    given: bool | None
    answered_version: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaxConsents:
    """The text in force with its version, and the accounts that one acts for."""

    version: int
    text: str
    items: list[TaxConsentItem]


class TaxConsentAnswer(Body):
    """An answer to the text of `version`, which the person has read."""

    version: Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_whole)]
    given: bool
