"""What approvals tell other features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import ApprovalState


@dataclass(frozen=True, slots=True)
class ApprovalGiven:
    """The last approval that was needed: the act called `kind` is to be done now. `actor` is who approved last; whoever
    does the act checks that `content` still fits the state of the thing, and refuses with a Conflict if not."""

    approval_id: UUID
    kind: str
    subject: str
    content: dict[str, Any]
    maker_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class ApprovalClosed:
    """A request was rejected, or taken back by its maker: the act called `kind` is not to be done."""

    approval_id: UUID
    kind: str
    subject: str
    state: ApprovalState
    comment: str
    actor: Actor
