"""Who may do what in rooms. What a member may see is decided by their groups (queries/visibility.py)."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_see_rooms(actor: Actor) -> bool:
    """Whether every room of the firm exists for the actor, open or not."""
    return can(actor, Permission.SEE_ALL_DOCUMENTS)


def can_prepare_rooms(actor: Actor) -> bool:
    """Whether the actor may make rooms, and order what is in them."""
    return can(actor, Permission.EDIT_DOCUMENTS)


def can_run_rooms(actor: Actor) -> bool:
    """Whether the actor may decide who sees what: members, permissions, agreements, answers, opening and closing."""
    return can(actor, Permission.PUBLISH_DOCUMENTS)
