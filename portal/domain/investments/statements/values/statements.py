"""Statements as others read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.platform.storage.interface import GivenFile


class StatementState(StrEnum):
    """Where a statement stands. `unchanged`: a correction that would correct nothing, so that what stands stays."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"
    UNCHANGED = "unchanged"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


RELEASED = (StatementState.PUBLISHED, StatementState.SUPERSEDED)
Place = tuple[date, str, str, UUID]


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """A statement as a line of a list. `nav` is the ending NAV, None while there is no snapshot; `place` is where it
    stands in the order of lists (last day, account and vehicle as sorted, id)."""

    id: UUID
    run_id: UUID
    holding_id: UUID
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    currency: str
    period: Period
    number: str
    version: int
    state: StatementState
    nav: Decimal | None
    problem: str | None
    published_at: datetime | None
    place: Place


def file_name(number: str, vehicle: str) -> str:
    """What a statement's PDF is called on its reader's disk."""
    return f"Statement {number} {vehicle.rstrip('.')}.pdf"


def source_of(statement_id: UUID) -> str:
    """What the library knows a statement's document by."""
    return f"statement:{statement_id}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its snapshot and the snapshot's SHA-256 in hex. A published one has a file; `successor_id` is
    the version that replaced it."""

    summary: StatementSummary
    snapshot: Snapshot
    figures_digest: str
    file: GivenFile | None
    successor_id: UUID | None


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """What a list of statements is narrowed to."""

    account_id: UUID | None = None
    vehicle_id: UUID | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class StatementChoices:
    """What a list of statements may be narrowed to: accounts and vehicles as (id, name), years."""

    accounts: tuple[tuple[UUID, str], ...]
    vehicles: tuple[tuple[UUID, str], ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StatementFigures:
    """The figures of a statement as the file beside its PDF: canonical JSON, whose SHA-256 is printed on the PDF."""

    name: str
    content: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody who holds a file may learn: that it is ours, which statement, since when, and whether a newer
    version replaced it. `what` is the file: the "pdf", its "figures", or a "sheet" that was made of them."""

    number: str
    version: int
    published_at: datetime
    superseded_at: datetime | None
    what: str
