"""What the API says of how a figure came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Query
from portal.api.v1.investments.schemas import Amount, Currency, TransactionType

Kind = Literal["opening", "paid_in", "paid_out", "transferred", "fee", "incentive", "nav"]
Unit = Literal["money", "multiple", "rate"]
Stated = Annotated[str, Field(description="An amount, a date, or words.")]
Address = Annotated[str, Field(description="The address of what it is computed from.")]


class FigureQuery(Query):
    """Nothing may be asked beside the id."""


@dataclass(frozen=True, slots=True)
class FigureTerm:
    """One of the numbers that stand in the formula, or a date that goes with it."""

    label: str
    value: Stated


@dataclass(frozen=True, slots=True)
class FigurePart:
    """A dated amount; what goes in is negative. `index` and `grown` are there where the figure is beside an index,
    `present_value` where it is an IRR that there is."""

    on: date
    type: Kind
    amount: Amount
    index: str | None
    grown: Amount | None
    present_value: Amount | None


@dataclass(frozen=True, slots=True)
class FigureStep:
    """A part of the period, of a time-weighted or a modified Dietz return; `factor` is one plus its return."""

    starts_on: date
    ends_on: date
    opening: Amount
    net_paid_in: Amount
    weighted: Amount
    closing: Amount
    factor: str | None


@dataclass(frozen=True, slots=True)
class FigurePosting:
    """A posting of the ledger; what adds to the amount is positive."""

    journal_id: UUID
    holding_id: UUID
    on: date
    type: TransactionType | Literal["valuation_adjustment"]
    reference: str
    opening: bool
    reversal: bool
    amount: Amount


@dataclass(frozen=True, slots=True)
class FigureTrail:
    """An amount in the figure, and the postings that come to it: `count` in all, of which the latest are listed."""

    amount_of: str
    total: Amount
    count: int
    brought_forward: Amount
    postings: list[FigurePosting]


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A line of a statement that the figure is made of, with its sign; `derivation` opens it in its turn."""

    code: str
    label: str
    amount: Amount
    derivation: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureDerivation:
    """How a figure came about. An amount is in the currency's smallest units, a ratio has ten places; null has its
    `reason`. Of `parts`, `steps`, `trails` and `lines` those are there that the figure is computed from."""

    id: str
    figure: str
    title: str
    unit: Unit
    value: str | None
    reason: str | None
    currency: Currency
    formula: str
    method: str
    basis: str
    period: str
    starts_on: date | None
    as_of: date
    nav_on: date | None
    nav_age_days: int | None
    annualised: bool = False
    estimate: bool = False
    caveats: list[str] = field(default_factory=list)
    terms: list[FigureTerm] = field(default_factory=list)
    parts: list[FigurePart] = field(default_factory=list)
    steps: list[FigureStep] = field(default_factory=list)
    trails: list[FigureTrail] = field(default_factory=list)
    lines: list[FigureLine] = field(default_factory=list)
