"""An import as others read it: its file, its state, what checking it came to, its rows before they are posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.imports.values.tables import ImportKind, ImportOptions, Problem
from portal.domain.investments.ledger.values import StandingKey
from portal.domain.people.investor_accounts.values import AccountKind


class ImportState(StrEnum):
    """How far an import has come; those in RUNNING are in the hands of a job."""

    READING = "reading"
    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    POSTING = "posting"
    POSTED = "posted"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


RUNNING = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.POSTING, ImportState.UNDOING})
ON_RECORD = frozenset({ImportState.POSTED, ImportState.UNDOING, ImportState.UNDONE})


class RowState(StrEnum):
    """What posting does with a row: post it, skip it because it stands in the ledger, or be stopped by it."""

    NEW = "new"
    STANDING = "standing"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Layout:
    """What reading the file told: its columns, its first rows as text, how many rows there are, remarks."""

    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int
    notes: tuple[str, ...] = ()


class NewAccount(NamedTuple):
    """An account that posting opens, and what it is taken for."""

    name: str
    kind: AccountKind


class NewVehicle(NamedTuple):
    """A vehicle that posting sets up."""

    name: str
    currency: str
    vintage: int | None
    strategy: str | None


class Total(NamedTuple):
    """What the rows to be posted come to in one figure (`commitment`, `contribution` …): how many, how much."""

    figure: str
    rows: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What checking came to. `accounts` and `vehicles` are the first of those to be made, `account_count` and
    `vehicle_count` say how many there are."""

    rows: int
    new: int
    standing: int
    refused: int
    problems: int
    file_problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()
    accounts: tuple[NewAccount, ...] = ()
    account_count: int = 0
    vehicles: tuple[NewVehicle, ...] = ()
    vehicle_count: int = 0
    first_on: date | None = None
    last_on: date | None = None

    @property
    def ready(self) -> bool:
        """Whether there is something to post and nothing in its way."""
        return not self.problems and self.new > 0


@dataclass(frozen=True, slots=True)
class Import:
    """One file of history. `posted` and `skipped` count its rows; `problem` says why it failed."""

    id: UUID
    state: ImportState
    attempt: int
    file_key: str
    file_name: str
    file_digest: str
    file_size: int
    kind: ImportKind | None
    layout: Layout | None
    options: ImportOptions | None
    summary: CheckSummary | None
    problem: str | None
    posted: int
    skipped: int
    created_by: str | None
    created_at: datetime
    changed_at: datetime
    poster_id: UUID | None
    posted_by: str | None
    posted_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether a job is at it."""
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class ImportListing:
    """An import as a line of the history; `rows` is None until the file was read."""

    id: UUID
    state: ImportState
    file_name: str
    kind: ImportKind | None
    rows: int | None
    posted: int
    problems: int
    created_by: str | None
    created_at: datetime


class TouchedVehicle(NamedTuple):
    """A vehicle that an import posted to, and how many of its holdings."""

    id: UUID
    name: str
    holdings: int


class PreviewRow(NamedTuple):
    """A row of the file. `values` are what will be posted (None for a refused row), `given` what its cells say."""

    row: int
    state: RowState
    account: str | None
    vehicle: str | None
    on: date | None
    type: str | None
    amounts: dict[str, Decimal | None]
    reference: str | None
    rounded: bool
    given: dict[str, str]
    problems: tuple[tuple[str, str], ...]

    def at_fault(self, field: str) -> bool:
        """Whether `field` is among what is wrong with this row."""
        return any(name == field for name, _ in self.problems)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """How many rows of the file were posted and how many stood already; with problems, nothing was posted."""

    posted: int
    skipped: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class VehicleGround:
    """A vehicle that exists: what a row must agree with."""

    id: UUID
    currency: str


@dataclass(frozen=True, slots=True)
class HoldingGround:
    """A holding as it stands: the date of its latest opening balance, of its latest dated transaction, and the
    balances that a later position is posted against."""

    opened_on: date | None = None
    dated_on: date | None = None
    commitment: Decimal = Decimal(0)
    paid_in: Decimal = Decimal(0)
    distributed: Decimal = Decimal(0)


class Origin(NamedTuple):
    """Where what stands in the journal under a row's key came from."""

    file_name: str | None
    posted_on: date


@dataclass(frozen=True, slots=True)
class Ground:
    """What the firm's books hold of the names, keys and holdings of a file's rows. Names are name keys; `standing` has
    the digest under each row's key, `origins` those that differ, `known` every journal key that posting would use."""

    accounts: dict[str, UUID]
    vehicles: dict[str, VehicleGround]
    standing: dict[str, str]
    origins: dict[str, Origin]
    holdings: dict[tuple[UUID, UUID], HoldingGround]
    known: tuple[StandingKey, ...] = ()
