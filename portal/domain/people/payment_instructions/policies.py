"""Who may enter and withdraw bank details. Row security has decided already whose accounts there are at all."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_enter_instruction(actor: Actor) -> bool:
    """Whether `actor` may enter or withdraw bank details of an account that they see: an investor of their own, of
    others staff who edit accounts."""
    return can(actor, Permission.EDIT_ACCOUNTS) if actor.is_staff else can(actor, Permission.SEE_OWN_PORTFOLIO)
