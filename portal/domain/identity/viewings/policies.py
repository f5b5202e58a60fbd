"""Who may be viewed."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import STAFF_ROLES, Actor, Permission, Role


def can_view(viewer: Actor, roles: frozenset[Role]) -> bool:
    """Whether `viewer` may view the portal as somebody with these roles: with the permission, never as staff."""
    return can(viewer, Permission.VIEW_AS_INVESTOR) and bool(roles) and not roles & STAFF_ROLES
