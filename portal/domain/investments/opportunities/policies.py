"""Who may see the firm's offerings as staff do, and work on them."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_see_offerings(actor: Actor) -> bool:
    """Whether `actor` sees every offering of the firm, drafts too, and who is interested."""
    return actor.is_staff and can(actor, Permission.SEE_ALL_PORTFOLIOS)


def can_edit_offerings(actor: Actor) -> bool:
    """Whether `actor` prepares offerings and works on the pipeline."""
    return can(actor, Permission.EDIT_OFFERINGS)


def can_invest(actor: Actor) -> bool:
    """Whether `actor` may be offered anything: an investor who acts for an account, never a delegate."""
    return not actor.is_staff and can(actor, Permission.INVEST)
