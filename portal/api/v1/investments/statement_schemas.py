"""What the API says of statements: the frozen snapshot, and nothing that has changed since."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema

from portal.api.parsing import OptionalIdentity, Paging, Query, written_as
from portal.api.v1.investments.schemas import Amount, Currency, FigureSet, Next, TransactionType
from portal.domain.investments.statements.values.periods import Frequency
from portal.domain.investments.statements.values.snapshots import SideName
from portal.domain.investments.statements.values.statements import StatementState

YEAR = re.compile(r"[12][0-9]{3}")
Year = Annotated[
    int | None,
    written_as(YEAR, int, "Write a year such as 2026."),
    WithJsonSchema({"type": "integer", "minimum": 1000, "maximum": 2999}),
]


class StatementQuery(Query):
    """A statement takes no parameters: it is what it was."""


class StatementsQuery(Paging):
    """A page of statements, and what they are narrowed to."""

    account: OptionalIdentity = Field(default=None, description="Only those of this account.")
    vehicle: OptionalIdentity = Field(default=None, description="Only those of this vehicle.")
    year: Year = Field(default=None, description="Only those of periods that end in this year.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementItem:
    """A statement as a line of a list. `nav` is the ending net asset value, `period` such as 2026-Q3 or 2026-09."""

    id: UUID
    holding_id: UUID
    account: str
    account_id: UUID
    vehicle: str
    vehicle_id: UUID
    currency: Currency
    period: str
    frequency: Frequency
    starts_on: date
    ends_on: date
    number: str
    version: int
    state: StatementState
    nav: Amount | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatementList:
    """A page of statements, latest period first."""

    items: list[StatementItem]
    next: Next


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of the statement over the period, the year to date, and since inception."""

    code: str
    label: str
    period: Amount
    year: Amount
    inception: Amount
    total: bool


@dataclass(frozen=True, slots=True)
class StatementSide:
    """The lines of what stands beside the account."""

    account_lines: list[StatementLine]
    commitment_lines: list[StatementLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFigures(FigureSet):
    """Returns since inception at the end of the period."""

    as_of: date
    first_flow_on: date | None


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """What happened in the period: its effect on the capital account and on what is unfunded."""

    on: date
    type: TransactionType
    reference: str
    reversal: bool
    account_effect: Amount
    unfunded_effect: Amount


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A figure that this version corrects; `side` says whose."""

    figure: str
    column: str
    before: str | None
    after: str | None
    side: SideName


@dataclass(frozen=True, slots=True)
class StatementCorrection:
    """Which version this one corrects, why, and in what."""

    number: str
    version: int
    reason: str
    changes: list[StatementChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDetail(StatementItem):
    """A statement with its frozen figures; names are those it was prepared under. `notes` say how to read it, `digest`
    is the SHA-256 of the PDF, `figures_digest` that of the figures as printed on it, `download` where the PDF is,
    `replaced_by` the version that took this one's place. `fund` is all accounts of the vehicle together,
    `general_partner` the one that its terms give the carried interest to."""

    firm: str
    prepared_on: date
    account_lines: list[StatementLine]
    commitment_lines: list[StatementLine]
    general_partner: StatementSide | None
    fund: StatementSide | None
    figures: StatedFigures
    derivations: Annotated[
        str,
        Field(
            description="Where a line opens: a URI template for its `side` (account, partner, fund), its code"
            " as `line`, and its `column` (period, year, inception)."
        ),
    ]
    transactions: list[StatementEntry]
    opening_balances: bool
    correction: StatementCorrection | None
    notes: list[str]
    digest: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")]
    figures_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    download: str | None
    replaced_by: UUID | None
