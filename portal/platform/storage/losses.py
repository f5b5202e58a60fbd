"""Files that rows claim and the store has not, or not as they were: what the last check of all files found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform import clock, db, tenancy
from portal.platform.ids import new_id
from portal.platform.storage.claims import Claim

MOMENT = TIMESTAMP(timezone=True)
EVERY = timedelta(days=1)
GIVEN_UP = timedelta(hours=2)  # a check that has not ended by then is begun anew
MOST_KEPT = 1_000  # of one firm; who has lost more than that has lost the store


class Problem(StrEnum):
    """What is wrong with a file."""

    MISSING = "missing"
    DAMAGED = "damaged"


class FileLossRow(db.Base):
    """A file that is missing or damaged."""

    __tablename__ = "file_losses"
    __table_args__ = (
        CheckConstraint("problem IN ('missing', 'damaged')"),
        UniqueConstraint("firm_id", "key", name="file_losses_once"),
        Index("file_losses_by_firm", "firm_id", text("found_at DESC"), "id"),
        {"schema": "platform"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="file_losses_firm"))
    key: Mapped[str]
    place: Mapped[str]
    row_id: Mapped[UUID]
    problem: Mapped[str]
    found_at: Mapped[datetime] = mapped_column(MOMENT)


class FileCheckRow(db.Base):
    """The last check of a firm's files."""

    __tablename__ = "file_checks"
    __table_args__ = ({"schema": "platform"},)

    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="file_checks_firm"), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(MOMENT)
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)
    files: Mapped[int] = mapped_column(BigInteger, server_default="0")
    losses: Mapped[int] = mapped_column(BigInteger, server_default="0")


@dataclass(frozen=True, slots=True)
class Loss:
    """A claim whose file is missing or damaged."""

    claim: Claim
    problem: Problem


@dataclass(frozen=True, slots=True)
class KeptLoss:
    """A loss as it is shown: the file's key, the table and row that claim it, what is wrong, and since when."""

    id: UUID
    key: str
    place: str
    row_id: UUID
    problem: Problem
    found_at: datetime


@dataclass(frozen=True, slots=True)
class FileCheck:
    """When the files of a firm were last checked, how many it has, and how many of them are lost."""

    finished_at: datetime
    files: int
    losses: int


BEGIN = """
INSERT INTO platform.file_checks AS c (firm_id, started_at) VALUES (%(firm)s, %(now)s)
ON CONFLICT (firm_id) DO UPDATE SET started_at = excluded.started_at
WHERE c.started_at <= %(given_up)s AND COALESCE(c.finished_at, '-infinity') <= %(due)s
"""
FINISH = """
INSERT INTO platform.file_checks (firm_id, started_at, finished_at, files, losses)
VALUES (%(firm)s, %(now)s, %(now)s, %(files)s, %(losses)s)
ON CONFLICT (firm_id) DO UPDATE SET finished_at = excluded.finished_at, files = excluded.files, losses = excluded.losses
"""
FORGET = "DELETE FROM platform.file_losses WHERE firm_id = %(firm)s AND NOT key = ANY(%(keys)s)"
KEEP = """
INSERT INTO platform.file_losses (id, firm_id, key, place, row_id, problem, found_at)
SELECT gen_random_uuid(), %(firm)s, given.key, given.place, given.row_id, given.problem, %(now)s
FROM unnest(%(keys)s::text[], %(places)s::text[], %(rows)s::uuid[], %(problems)s::text[])
  AS given (key, place, row_id, problem)
ON CONFLICT ON CONSTRAINT file_losses_once DO UPDATE SET problem = excluded.problem, row_id = excluded.row_id
"""
LIST = """
SELECT id, key, place, row_id, problem, found_at FROM platform.file_losses
WHERE firm_id = %(firm)s AND (found_at, id) < (%(before)s, %(before_id)s)
ORDER BY found_at DESC, id DESC LIMIT %(most)s
"""
CHECK = (
    "SELECT finished_at, files, losses FROM platform.file_checks WHERE firm_id = %(firm)s AND finished_at IS NOT NULL"
)


@db.transactional
def begin_check() -> bool:
    """Whether the current firm's files are due to be checked; whoever is told so does it, and nobody else meanwhile."""
    now, firm = clock.now(), tenancy.current_firm_id()
    return db.execute(BEGIN, firm=firm, now=now, given_up=now - GIVEN_UP, due=now - EVERY) == 1


@db.transactional
def finish_check(*, files: int, losses: Sequence[Loss]) -> None:
    """Keep what a check of the current firm's files found, in the place of what the one before it found."""
    now, firm, kept = clock.now(), tenancy.current_firm_id(), losses[:MOST_KEPT]
    db.execute(FORGET, firm=firm, keys=[each.claim.key for each in kept])
    db.execute(
        KEEP,
        firm=firm,
        now=now,
        keys=[each.claim.key for each in kept],
        places=[each.claim.table for each in kept],
        rows=[each.claim.row_id for each in kept],
        problems=[each.problem.value for each in kept],
    )
    db.execute(FINISH, firm=firm, now=now, files=files, losses=len(losses))


def list_losses(*, before: tuple[datetime, UUID], most: int) -> list[KeptLoss]:
    """The current firm's lost files, those found last first, older than the `before` pair."""
    rows = db.fetch_all(LIST, firm=tenancy.current_firm_id(), before=before[0], before_id=before[1], most=most)
    return [KeptLoss(row.id, row.key, row.place, row.row_id, Problem(row.problem), row.found_at) for row in rows]


def list_lost_keys() -> frozenset[str]:
    """The keys of the current firm's lost files."""
    rows = db.fetch_all("SELECT key FROM platform.file_losses WHERE firm_id = %(firm)s", firm=tenancy.current_firm_id())
    return frozenset(row.key for row in rows)


def find_check() -> FileCheck | None:
    """The last check of the current firm's files that came to its end, or None."""
    row = db.fetch_one(CHECK, firm=tenancy.current_firm_id())
    return None if row is None else FileCheck(*row)
