"""Granting and taking roles."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.models import RoleGrant
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, session, transactional


@transactional
def grant_role(actor: Actor, user_id: UUID, *, role: Role) -> None:
    """Give `role` to a user of the actor's firm; the act is recorded."""
    session.merge(RoleGrant(user_id=user_id, role=role.value, firm_id=actor.firm_id, granted_by=actor.user_id))
    session.flush()
    record_act(actor.user_id, "role.grant", f"user:{user_id}", role=role.value)


@transactional
def take_role(actor: Actor, user_id: UUID, *, role: Role) -> None:
    """Take `role` from a user of the actor's firm, with effect at their next request; the act is recorded."""
    execute(
        "DELETE FROM identity.role_grants WHERE firm_id = %(firm)s AND user_id = %(user)s AND role = %(role)s",
        firm=actor.firm_id,
        user=user_id,
        role=role.value,
    )
    record_act(actor.user_id, "role.take", f"user:{user_id}", role=role.value)
