"""What the API says of investments: figures, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import AsOf, OptionalDay, OptionalIdentity, Paging, Several

Amount = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="In the currency's smallest units.")]
Ratio = Annotated[str | None, Field(pattern=r"^-?[0-9]+\.[0-9]{10}$", description="Ten places; null if undefined.")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]
Next = Annotated[str | None, Field(description="The cursor of the next page; null on the last one.")]
TransactionType = Literal[
    "commitment", "call", "release", "contribution", "transfer", "fee", "expense", "fee_rebate",
    "investment_income", "interest_expense", "placement_fee", "investment_gain", "investment_loss", "distribution",
    "return_of_capital", "gain", "dividend", "interest", "other_income", "return_of_unused", "in_kind",
    "carried_interest", "clawback", "valuation",
]  # fmt: skip


class HoldingsQuery(Paging, AsOf):
    """A page of holdings on a day."""


class TransactionsQuery(Paging):
    """A page of transactions, and what they are narrowed to."""

    account: OptionalIdentity = Field(default=None, description="Only those of this account.")
    vehicle: OptionalIdentity = Field(default=None, description="Only those in this vehicle.")
    holding: OptionalIdentity = Field(default=None, description="Only those of this holding.")
    type: Annotated[list[TransactionType], Several] = Field(
        default=[], description="Only those of this type; give it again for several."
    )
    since: OptionalDay = Field(default=None, description="The first day.")
    until: OptionalDay = Field(default=None, description="The last day.")


@dataclass(frozen=True, slots=True)
class Basis:
    """How to read the figures: over which time, before or after fees, by which method."""

    period: str = "Since inception, up to as_of."
    fees: str = "Net to the account, of fees and carry charged in the fund."
    irr: str = (
        "Internal rate of return of all dated flows with the NAV as the last one, actual/365; a yearly rate where"
        " irr_annualised is true, the rate of the whole period under one year."
    )
    multiples: str = "DPI, RVPI and TVPI over paid-in, PIC over commitment; a total adds amounts and flows first."
    nav: str = (
        "The last valuation on or before as_of (nav_on, the oldest one of a total); nav_adjusted: rolled forward by"
        " later contributions, distributions and fees."
    )


BASIS = Basis()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSet:
    """Figures in one currency. One that is null has its code in `reasons`."""

    currency: Currency
    commitment: Amount
    unfunded: Amount
    paid_in: Amount
    distributed: Amount
    nav: Amount
    dpi: Ratio
    rvpi: Ratio
    tvpi: Ratio
    pic: Ratio
    irr: Ratio
    reasons: dict[str, str]
    nav_on: date | None
    nav_adjusted: bool
    irr_annualised: bool
    derivations: Annotated[str, Field(description="Where a figure opens: a URI template for its name.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingItem(FigureSet):
    """What one account holds in one vehicle."""

    id: UUID
    account: str
    account_id: UUID
    vehicle: str
    vehicle_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingDetail(HoldingItem):
    """One holding, how to read it, and where the flows behind its figures are."""

    as_of: date
    transactions: Annotated[str, Field(description="The address of the transactions behind the figures.")]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything the person may see, in one total per currency."""

    as_of: date
    totals: list[FigureSet]
    basis: Basis


@dataclass(frozen=True, slots=True)
class HoldingList:
    """A page of holdings, by account and vehicle."""

    as_of: date
    items: list[HoldingItem]
    next: Next
    basis: Basis


@dataclass(frozen=True, slots=True)
class TransactionItem:
    """One line of the ledger. `cash` is the investor's: negative when paid in, null where none moved."""

    id: UUID
    holding_id: UUID
    account: str
    vehicle: str
    type: TransactionType
    effective_on: date
    posted_at: datetime
    currency: Currency
    amount: Amount
    cash: Annotated[str | None, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
    unfunded_effect: Amount
    reference: str
    opening: bool
    reversal: bool
    reversed: bool


@dataclass(frozen=True, slots=True)
class TransactionList:
    """A page of transactions, newest first."""

    items: list[TransactionItem]
    next: Next
