"""Granting and taking roles."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, transactional

GRANT = """
INSERT INTO identity.role_grants (user_id, role, firm_id, granted_by)
VALUES (%(user_id)s, %(role)s, %(firm_id)s, %(granted_by)s) ON CONFLICT (user_id, role) DO NOTHING
"""


@transactional
def grant_role(actor: Actor, user_id: UUID, *, role: Role) -> None:
    """Give `role` to a user of the actor's firm who has not got it yet; the act is recorded."""
    row = {"user_id": user_id, "role": role.value, "firm_id": actor.firm_id, "granted_by": actor.user_id}
    if execute(GRANT, **row) == 1:
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
