"""Runs: the statements of one vehicle and period for everybody who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.domain.investments.statements.values.periods import Period


def subject_of(run_id: UUID) -> str:
    """What the record and requests for approval call a run."""
    return f"statement_run:{run_id}"


class RunState(StrEnum):
    """Where a run stands; it follows from its statements."""

    PREPARING = "preparing"
    READY = "ready"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many statements of a run are in each state; `failed` counts those whose job gave up too."""

    preparing: int
    ready: int
    failed: int
    unchanged: int
    published: int

    @property
    def total(self) -> int:
        """All statements of the run."""
        return self.preparing + self.done

    @property
    def done(self) -> int:
        """Those that nobody works on any more."""
        return self.ready + self.failed + self.unchanged + self.published


@dataclass(frozen=True, slots=True)
class StatementRun:
    """Statements of one vehicle and period for everybody who holds it. `rate` is statements a second of late."""

    id: UUID
    vehicle_id: UUID
    vehicle: str
    period: Period
    reason: str
    created_by: str | None
    created_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    counts: RunCounts
    rate: Decimal

    @property
    def state(self) -> RunState:
        """Where it stands."""
        if self.cancelled_at is not None:
            return RunState.CANCELLED
        if self.counts.preparing:
            return RunState.PREPARING
        if self.published_at is not None and not self.counts.ready:
            return RunState.PUBLISHED
        return RunState.READY

    @property
    def seconds_left(self) -> int | None:
        """About how long the rest takes, None when that cannot be said."""
        return int(self.counts.preparing / self.rate) + 1 if self.counts.preparing and self.rate else None


@dataclass(frozen=True, slots=True)
class RunProblem:
    """A statement that failed and every reason; `readable` says that its figures can be looked at."""

    statement_id: UUID
    account: str
    problems: tuple[str, ...]
    readable: bool


@dataclass(frozen=True, slots=True)
class Release:
    """What publishing a run would do: statements published, of these corrections of earlier ones, people who get a
    mail, and accounts that nobody who could get one acts for."""

    statements: int
    corrections: int
    people: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Publication:
    """What is ready of a run: how many statements, of these corrections, the SHA-256 (hex) of all their figures and
    files, and who started the run."""

    statements: int
    corrections: int
    digest: str
    started_by: UUID | None


@dataclass(frozen=True, slots=True)
class TieOut:
    """Whether a run may be published as a whole: not where the ledger of its vehicle was changed since (`outdated`),
    nor where the fund does not tie out, each `problem` with its line and by how much."""

    outdated: bool
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing stands against it."""
        return not self.outdated and not self.problems


@dataclass(frozen=True, slots=True)
class StatementNaming:
    """That a statement names somebody who is a stranger to its account: in the transaction of a day, or, where there is
    none, in the reason for its correction. `words` is what stands there."""

    number: str
    account: str
    on: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a person is told when statements of theirs were published: (statement id, account) by account."""

    name: str
    email: str
    firm: str
    firm_locale: str
    vehicle: str
    period: Period
    corrected: bool
    statements: tuple[tuple[UUID, str], ...]
