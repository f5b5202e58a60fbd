"""What a home page of staff is made of: tasks, lists of one kind of task, and the four headings these stand under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from portal.domain.investments.statements.values.runs import RunState, StatementRun

LOOKED_THROUGH = 100
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person: what, why, since which moment or day, and where it is done."""

    title: str
    what: str
    url: str
    since: datetime | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkList:
    """The oldest tasks of one kind; `total` counts those that are not shown too, `goes_on` says there are even more."""

    title: str
    tasks: tuple[Task, ...]
    total: int
    goes_on: bool
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """What is to be done in one manner: to approve, to chase, to match, to correct."""

    key: str
    title: str
    lists: tuple[WorkList, ...]

    @property
    def total(self) -> int:
        """How many tasks there are."""
        return sum(each.total for each in self.lists)

    @property
    def goes_on(self) -> bool:
        """Whether there are more than were counted."""
        return any(each.goes_on for each in self.lists)


def oldest_of(title: str, tasks: Sequence[Task], url: str) -> WorkList:
    """A list of `tasks`, which come oldest first, with all of them at `url`."""
    return WorkList(title, tuple(tasks[:SHOWN]), len(tasks), len(tasks) >= LOOKED_THROUGH, url)


def runs_to_publish(runs: Sequence[StatementRun]) -> list[Task]:
    """The runs whose statements wait for who publishes them, in the order given."""
    return [
        Task(
            f"{each.vehicle}, {each.period.label}",
            f"{each.counts.ready} ready to publish",
            url_for("statement_runs.show", run_id=each.id),
            each.created_at,
        )
        for each in runs
        if each.state is RunState.READY
    ]


def latest_first(title: str, tasks: Sequence[Task], url: str) -> WorkList:
    """The same of tasks that come latest first."""
    return oldest_of(title, tasks[::-1], url)
