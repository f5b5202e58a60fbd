"""The outbox: work to be done after a commit, kept where the commit is.

RQ carries a doorbell only. A row is leased for a short time, done in one transaction with its effect, retried with
back-off, and after its last attempt `dead`, visible and re-runnable. Losing Redis loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform import clock, db, tenancy
from portal.platform.ids import new_id

MAX_FAILURES = 8
MAX_LEASES = 100
LEASE_SECONDS = 30
SOON, LATER = 1, 5


class OutboxRow(db.Base):
    """One piece of work."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('ready', 'leased', 'done', 'dead')"),
        UniqueConstraint("firm_id", "job", "once_key", name="outbox_once"),
        Index("outbox_due", "priority", "due_at", postgresql_where=text("state IN ('ready', 'leased')")),
        Index("outbox_by_firm", "firm_id", "state", text("created_at DESC"), "id"),
        {"schema": "platform"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID]
    job: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    once_key: Mapped[str | None]
    priority: Mapped[int] = mapped_column(SmallInteger, default=SOON)
    state: Mapped[str] = mapped_column(default="ready")
    failures: Mapped[int] = mapped_column(default=0)
    leases: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    lease_until: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    finished_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


@dataclass(frozen=True, slots=True)
class Work:
    """A leased row: what to do, for which firm; the number of the lease tells a late worker that it lost it."""

    id: UUID
    firm_id: UUID
    job: str
    arguments: dict[str, Any]
    lease: int


class Doorbell(Protocol):
    """Whatever wakes a worker; it may fail to, the sweeper rings again."""

    def __call__(self) -> None: ...


_doorbell: Doorbell | None = None


def connect_doorbell(doorbell: Doorbell) -> None:
    """Use `doorbell` after each commit that enqueued something."""
    global _doorbell
    _doorbell = doorbell


def ring() -> None:
    """Wake a worker, where a doorbell is connected."""
    if _doorbell is not None:
        _doorbell()


INSERT = """
INSERT INTO platform.outbox (id, firm_id, job, arguments, once_key, priority, state, failures, leases, due_at)
SELECT gen_random_uuid(), %(firm)s, %(job)s, arguments, once_key, %(priority)s, 'ready', 0, 0, %(due)s
FROM jsonb_to_recordset(%(works)s::jsonb) AS given (arguments jsonb, once_key text)
ON CONFLICT ON CONSTRAINT outbox_once DO NOTHING
"""


def enqueue(job: str, *, once: str | None = None, priority: int = SOON, **arguments: str) -> None:
    """Have `job` done after this operation commits; a second one with the same `once` key is the same work."""
    enqueue_many(job, [(arguments, once)], priority=priority)


def enqueue_many(
    job: str,
    works: Sequence[tuple[dict[str, str], str | None]],
    *,
    priority: int = SOON,
    due_at: datetime | None = None,
) -> None:
    """Have `job` done for each (arguments, once key) after this operation commits, in one statement."""
    import orjson

    db.execute(
        INSERT,
        firm=tenancy.current_firm_id(),
        job=job,
        priority=priority,
        due=due_at or clock.now(),
        works=orjson.dumps([{"arguments": arguments, "once_key": once} for arguments, once in works]).decode(),
    )
    db.after_commit(ring)


def enqueue_again(work: Work, works: Sequence[tuple[dict[str, str], str | None]]) -> None:
    """Have the job of `work` done with each of these (arguments, once key) too, after this operation commits."""
    enqueue_many(work.job, works)


# Materialised, as a subquery may be asked again for each row, and a limit then limits nothing.
LEASE = """
WITH due AS MATERIALIZED (
  SELECT id FROM platform.outbox
  WHERE state IN ('ready', 'leased') AND due_at <= clock_timestamp()
    AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY priority, due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE platform.outbox o SET state = 'leased', leases = leases + 1,
  lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM due WHERE o.id = due.id
RETURNING o.id, o.firm_id, o.job, o.arguments, o.leases
"""


@db.transactional
def lease_work(*, most: int) -> list[Work]:
    """Lease up to `most` due rows of any firm, in the gate's tenancy; a lost lease runs out by itself."""
    rows = db.session.connection().exec_driver_sql(LEASE, {"seconds": LEASE_SECONDS, "most": most})
    return [Work(*row) for row in rows]


CLAIM = """
SELECT o.id, o.leases FROM platform.outbox o
JOIN unnest(%(ids)s::uuid[], %(leases)s::integer[]) AS ours (id, lease) ON o.id = ours.id AND o.leases = ours.lease
WHERE o.state = 'leased' FOR UPDATE OF o SKIP LOCKED
"""
# What is done needs no arguments any more, and some of them are of people: nobody looks for those to erase them.
DONE = """
UPDATE platform.outbox SET state = 'done', arguments = '{}', lease_until = NULL, finished_at = clock_timestamp()
WHERE id = ANY(%(ids)s)
"""


@db.transactional
def perform(works: Sequence[Work], act: Callable[[Sequence[Work]], None]) -> int:
    """Do `works` of one firm and mark them done in one transaction, all or none of them; how many that were, for
    somebody else may have done or be doing some."""
    rows = db.fetch_all(CLAIM, ids=[work.id for work in works], leases=[work.lease for work in works])
    claimed = {(row.id, row.leases) for row in rows}
    ours = [work for work in works if (work.id, work.lease) in claimed]
    if ours:
        act(ours)
        db.execute(DONE, ids=[work.id for work in ours])
    return len(ours)


FAILED = """
UPDATE platform.outbox SET
  state = CASE WHEN failures + 1 >= %(limit)s OR %(final)s THEN 'dead' ELSE 'ready' END, failures = failures + 1,
  lease_until = NULL, due_at = clock_timestamp() + make_interval(secs => LEAST(3600, 2 ^ failures)),
  last_error = %(error)s,
  finished_at = CASE WHEN failures + 1 >= %(limit)s OR %(final)s THEN clock_timestamp() END
WHERE id = %(id)s AND state = 'leased' AND leases = %(lease)s
RETURNING state
"""


@db.transactional
def record_failure(work: Work, error: str, *, final: bool = False) -> str | None:
    """Put failed `work` back with a growing delay, or among the dead after the last attempt (or a `final` error);
    the state it is in now, None when it is no longer ours."""
    row = db.fetch_one(FAILED, id=work.id, lease=work.lease, error=error[:2000], limit=MAX_FAILURES, final=final)
    return None if row is None else str(row.state)


BURY = """
UPDATE platform.outbox SET state = 'dead', finished_at = clock_timestamp(), lease_until = NULL,
  last_error = 'The worker died each time it tried this.'
WHERE state = 'leased' AND leases >= %(limit)s AND lease_until < clock_timestamp()
"""


@db.transactional
def bury_exhausted_work() -> int:
    """Put rows that took a worker down again and again among the dead, in the gate's tenancy; how many."""
    return db.execute(BURY, limit=MAX_LEASES)


HAS_DUE = """
SELECT EXISTS (SELECT FROM platform.outbox WHERE state IN ('ready', 'leased') AND due_at <= clock_timestamp()
  AND (lease_until IS NULL OR lease_until < clock_timestamp()))
"""


def has_due_work() -> bool:
    """Whether any row of any firm waits, in the gate's tenancy."""
    return bool(db.fetch_value(HAS_DUE))


LIST = """
SELECT id, job, state, failures, due_at, last_error, created_at, finished_at FROM platform.outbox
WHERE firm_id = %(firm)s AND state = ANY(%(states)s) AND (created_at, id) < (%(before)s, %(before_id)s)
ORDER BY created_at DESC, id DESC LIMIT %(most)s
"""
COUNTS = "SELECT state, count(*) FROM platform.outbox WHERE firm_id = %(firm)s GROUP BY state"


def list_work(*, states: Sequence[str], before: tuple[datetime, UUID], most: int) -> Sequence[db.AnyRow]:
    """Rows of the current firm in `states`, newest first, older than the `before` pair."""
    firm = tenancy.current_firm_id()
    return db.fetch_all(LIST, firm=firm, states=list(states), before=before[0], before_id=before[1], most=most)


def count_work() -> dict[str, int]:
    """How many rows of the current firm are in each state."""
    return {row[0]: row[1] for row in db.fetch_all(COUNTS, firm=tenancy.current_firm_id())}


RERUN = """
UPDATE platform.outbox SET state = 'ready', failures = 0, leases = 0, due_at = clock_timestamp(), finished_at = NULL
WHERE firm_id = %(firm)s AND state = 'dead' AND (%(id)s::uuid IS NULL OR id = %(id)s)
"""


@db.transactional
def rerun_dead_work(*, work_id: UUID | None = None) -> int:
    """Give one dead row of the current firm (or all of them) fresh attempts; how many there were."""
    count = db.execute(RERUN, firm=tenancy.current_firm_id(), id=work_id)
    db.after_commit(ring)
    return count
