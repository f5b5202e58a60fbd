"""Users coming and going."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.accounts.models import UserRecord
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.audit.services import record_act
from portal.platform.db import session, transactional
from portal.platform.passwords import hash_password


@transactional
def create_user(
    actor: Actor,
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Iterable[Role],
    password_hash: str | None = None,
) -> UUID:
    """Add a person to the actor's firm with `roles`; EmailTaken when the address is in use there. The new id.

    `password_hash` stands in for a password that `hash_password` hashed before, as that of a demo's many people."""
    address = email.strip().lower()
    if find_user_by_email(actor, address) is not None:
        raise EmailTaken(fields={"email": EmailTaken.message})
    stored = password_hash if password is None else hash_password(password)
    user = UserRecord(firm_id=actor.firm_id, email=address, name=name.strip(), password_hash=stored, active=True)
    session.add(user)
    session.flush()
    record_act(actor.user_id, "user.create", f"user:{user.id}")
    for role in roles:
        grant_role(actor, user.id, role=role)
    return user.id
