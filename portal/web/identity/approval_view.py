"""What is told of a request for approval, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import Approval

OF_MONEY = "A manager decides it who neither wrote nor sent it."


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """What requests of one kind are about: the id of that thing, the names of several at once, its page; what changes,
    line by line (what, now, then); and who decides it."""

    thing: Callable[[Approval], UUID]
    names: Callable[[Actor, Sequence[UUID]], Mapping[UUID, str]]
    link: Callable[[Approval], str]
    changes: Callable[[Actor, Approval], Sequence[tuple[str, str, str]]]
    deciders: str


def subject_of(approval: Approval) -> UUID:
    """The id of what a request is about."""
    return UUID(approval.subject.partition(":")[2])
