"""The removal of a lost factor as the edges know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

WAIT = timedelta(hours=72)
REMIND_BEFORE = timedelta(hours=24)
LONGEST_REASON = 1000


class RecoveryState(StrEnum):
    """How far a removal has come."""

    ASKED = "asked"
    WAITING = "waiting"
    DONE = "done"
    STOPPED = "stopped"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OPEN = frozenset({RecoveryState.ASKED, RecoveryState.WAITING})


class Step(StrEnum):
    """What a person is told by mail on the way."""

    ASKED = "asked"
    APPROVED = "approved"
    SOON = "soon"
    STOPPED = "stopped"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


# In which state each of them is still true.
TRUE_IN = {
    Step.ASKED: RecoveryState.ASKED,
    Step.APPROVED: RecoveryState.WAITING,
    Step.SOON: RecoveryState.WAITING,
    Step.STOPPED: RecoveryState.STOPPED,
    Step.DONE: RecoveryState.DONE,
    Step.REJECTED: RecoveryState.REJECTED,
    Step.WITHDRAWN: RecoveryState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Recovery:
    """The removal of a person's lost factors: the request for approval has the same id. `due_at` once it was approved,
    `by_person` where they asked for it themselves."""

    id: UUID
    firm_id: UUID
    user_id: UUID
    by_person: bool
    state: RecoveryState
    begun_at: datetime
    due_at: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for its approval or for its day."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Affected:
    """The person whose factors are removed, as a mail greets them."""

    name: str
    email: str
    firm: str
    locale: str
    time_zone: str
