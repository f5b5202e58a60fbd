"""The pipeline: who may come to invest, how likely, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

LONGEST_NOTE = 5_000


class Stage(StrEnum):
    """How far somebody is on the way to invest."""

    LEAD = "lead"
    CONTACTED = "contacted"
    MEETING = "meeting"
    DILIGENCE = "diligence"
    COMMITTED = "committed"
    WON = "won"
    LOST = "lost"


OPEN_STAGES = (Stage.LEAD, Stage.CONTACTED, Stage.MEETING, Stage.DILIGENCE, Stage.COMMITTED)
USUAL_PROBABILITY: Mapping[Stage, int] = {
    Stage.LEAD: 10,
    Stage.CONTACTED: 20,
    Stage.MEETING: 40,
    Stage.DILIGENCE: 60,
    Stage.COMMITTED: 90,
    Stage.WON: 100,
    Stage.LOST: 0,
}


@dataclass(frozen=True, slots=True)
class ProspectDescription:
    """What staff enter of a prospect. `probability` in percent; `next_on`: the day to be reminded of `next_step`."""

    name: str
    stage: Stage
    amount: Decimal
    currency: str
    probability: int
    organisation: str = ""
    account_id: UUID | None = None
    opportunity_id: UUID | None = None
    next_on: date | None = None
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who may invest; `weighted` is the amount times the probability."""

    id: UUID
    name: str
    organisation: str
    account_id: UUID | None
    account: str
    opportunity_id: UUID | None
    opportunity: str
    stage: Stage
    amount: Decimal
    currency: str
    probability: int
    owner_id: UUID
    owner: str
    next_on: date | None
    next_step: str
    changed_at: datetime

    @property
    def weighted(self) -> Decimal:
        """The amount times the probability."""
        return self.amount * self.probability / 100


@dataclass(frozen=True, slots=True)
class ProspectNote:
    """What somebody wrote down about a prospect."""

    id: UUID
    body: str
    writer: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class StageTotal:
    """The prospects of a stage in one currency: how many, their amounts, and these weighted."""

    stage: Stage
    currency: str
    prospects: int
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a mail that reminds of a prospect needs."""

    name: str
    email: str
    firm: str
    prospect: str
    next_step: str
