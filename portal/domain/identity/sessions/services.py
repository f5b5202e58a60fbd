"""Signing in and out. Called with no tenancy in force: each step enters the one it needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.sessions.errors import WrongCredentials
from portal.domain.identity.sessions.models import SessionRecord
from portal.domain.identity.sessions.queries import list_credentials
from portal.domain.identity.sessions.values import ABSOLUTE
from portal.platform import clock, db
from portal.platform.db import session, transactional
from portal.platform.ids import digest, new_secret
from portal.platform.passwords import hash_password, needs_rehash, verify_password
from portal.platform.tenancy import acting_as


def sign_in(email: str, password: str, *, firm_id: UUID | None, agent: str, address: str) -> str:
    """A new browser session for the person with these credentials (in `firm_id`, or in whichever firm they match);
    the token for the cookie. WrongCredentials otherwise, with the same work done for unknown addresses."""
    user_id, found_firm = prove_credentials(email, password, firm_id=firm_id)
    token = new_secret()
    with acting_as(Actor.system(found_firm).tenancy):
        open_session(found_firm, user_id, kind="web", token=token, agent=agent, address=address, length=ABSOLUTE)
    return token


def prove_credentials(email: str, password: str, *, firm_id: UUID | None) -> tuple[UUID, UUID]:
    """The (user, firm) with these credentials (in `firm_id`, or in whichever firm they match); WrongCredentials
    otherwise, with the same work done for unknown addresses."""
    rows = list_credentials(email, firm_id=firm_id)
    matching = [row for row in rows if verify_password(row.password_hash, password)]
    if not rows:
        verify_password(None, password)
    if not matching:
        raise WrongCredentials
    user = matching[0]
    if needs_rehash(user.password_hash):
        with acting_as(Actor.system(user.firm_id).tenancy):
            rehash_password(user.id, password)
    return user.id, user.firm_id


@transactional
def rehash_password(user_id: UUID, password: str) -> None:
    """Store the hash of a password just proven right with the parameters in force."""
    db.execute(
        "UPDATE identity.users SET password_hash = %(hash)s WHERE id = %(id)s", hash=hash_password(password), id=user_id
    )


@transactional
def open_session(
    firm_id: UUID, user_id: UUID, *, kind: str, token: str | None, agent: str, address: str, length: timedelta
) -> UUID:
    """A session row of `kind` for a person already proven, in the firm's system tenancy; its id."""
    expires: datetime = clock.now() + length
    hashed = None if token is None else digest(token)
    row = SessionRecord(
        firm_id=firm_id,
        user_id=user_id,
        kind=kind,
        token_hash=hashed,
        agent=agent[:300],
        address=address,
        expires_at=expires,
    )
    session.add(row)
    session.flush()
    record_act(user_id, "session.open", f"session:{row.id}", kind=kind)
    return row.id


@transactional
def touch_session(actor: Actor) -> None:
    """Note that the actor's session is in use."""
    db.execute("UPDATE identity.sessions SET seen_at = now() WHERE id = %(id)s", id=actor.session_id)


@transactional
def end_session(actor: Actor) -> None:
    """Sign the actor's session out; it is refused from now on, everywhere."""
    db.execute(
        "UPDATE identity.sessions SET revoked_at = now() WHERE id = %(id)s AND revoked_at IS NULL", id=actor.session_id
    )
    record_act(actor.user_id, "session.end", f"session:{actor.session_id}")
