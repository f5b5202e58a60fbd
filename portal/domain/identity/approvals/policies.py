"""Who may decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import ApprovalKind


def can_decide(actor: Actor, kind: ApprovalKind, maker_id: UUID, subject: str, content: Mapping[str, Any]) -> bool:
    """Whether `actor` may decide what `maker_id` asked for: somebody with the permission, never the maker and never
    anybody it is about: the person who is its subject, and those whom `content` names as `concerned`."""
    concerned = {maker_id, *map(UUID, content.get("concerned", ()))}
    if subject.startswith("user:"):
        concerned.add(UUID(subject.removeprefix("user:")))
    return actor.user_id is not None and actor.user_id not in concerned and can(actor, kind.approver)


def can_read(actor: Actor, kind: ApprovalKind, maker_id: UUID) -> bool:
    """Whether `actor` may see a request of this kind: who decides such ones, and its maker."""
    return actor.user_id == maker_id or can(actor, kind.approver)
