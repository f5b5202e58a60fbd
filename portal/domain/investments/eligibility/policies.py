"""Who may ask for verifications and decide them."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_ask_verification(actor: Actor) -> bool:
    """Whether `actor` may ask for verifications of the accounts they see: investors of their own, of others staff who
    prepare offerings or verify."""
    if actor.is_staff:
        return can(actor, Permission.EDIT_OFFERINGS) or can(actor, Permission.VERIFY_INVESTORS)
    return can(actor, Permission.INVEST)


def can_decide_verification(actor: Actor, asked_by: UUID) -> bool:
    """Whether `actor` may decide what `asked_by` asked for."""
    return can(actor, Permission.VERIFY_INVESTORS) and actor.user_id != asked_by
