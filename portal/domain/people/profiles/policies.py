"""Who may see and change personal details. Row security has decided already whose rows there are at all."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.people.profiles.values import Profile


def can_change_profile(actor: Actor, profile: Profile) -> bool:
    """Whether `actor` may write these details: of themselves or an account they act for; staff of accounts only."""
    return not actor.is_staff or profile.subject_id == actor.user_id or can(actor, Permission.EDIT_ACCOUNTS)


def can_reveal_profile(actor: Actor, profile: Profile) -> bool:
    """Whether `actor` may see these details in full."""
    own = not actor.is_staff or profile.subject_id == actor.user_id
    return own or can(actor, Permission.REVEAL_DETAILS)
