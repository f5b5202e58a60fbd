"""What roles allow."""

from __future__ import annotations

from portal.domain.identity.access.values import PERMISSIONS, Actor, Permission
from portal.platform.errors import Forbidden


def can(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles gives `permission`; the firm's machinery has them all."""
    return actor.user_id is None or any(permission in PERMISSIONS[role] for role in actor.roles)


def require(actor: Actor, permission: Permission) -> None:
    """Refuse with Forbidden unless `can(actor, permission)`."""
    if not can(actor, permission):
        raise Forbidden
