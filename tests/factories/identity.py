"""Firms and people for tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from uuid import UUID

import pyotp

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.models import UserRecord
from portal.domain.identity.emails.values import index_of, seal_email
from portal.domain.identity.factors.services import enrol_totp
from portal.domain.identity.firms.services import create_firm
from portal.domain.identity.subjects.queries import get_subject_key
from portal.domain.identity.subjects.services import create_subject_keys
from portal.domain.identity.subjects.values import SubjectKind
from portal.platform import clock
from portal.platform.db import session, transactional
from portal.platform.ids import new_id
from portal.platform.passwords import hash_password
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

PASSWORD = "a long enough password"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


def found_firm(slug: str, name: str) -> UUID:
    """A firm of this name."""
    firm_id = new_id()
    with acting_as(Actor.system(firm_id).tenancy):
        create_firm(firm_id, slug=slug, name=name)
    return firm_id


@transactional
def _user(firm_id: UUID, email: str, name: str, roles: tuple[Role, ...]) -> Actor:
    user_id = new_id()
    create_subject_keys(Actor.system(firm_id), SubjectKind.USER, [user_id])
    user = UserRecord(
        id=user_id,
        firm_id=firm_id,
        email_sealed=seal_email(user_id, email, get_subject_key(user_id)),
        email_index=index_of(email),
        name=name,
        password_hash=_hashed(),
        active=True,
    )
    session.add(user)
    session.flush()
    for role in roles:
        grant_role(Actor.system(firm_id), user.id, role=role)
    return Actor(firm_id, user.id, frozenset(roles), name)


def make_user(firm_id: UUID, email: str, *roles: Role) -> Actor:
    """A person of the firm with these roles, who signs in with PASSWORD."""
    with acting_as(Actor.system(firm_id).tenancy):
        return _user(firm_id, email, email.partition("@")[0].replace(".", " ").title(), roles)


def give_totp(actor: Actor) -> Sequence[str]:
    """An authenticator app with TOTP_SECRET for this person; the recovery codes."""
    assert actor.user_id
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return enrol_totp(actor, actor.user_id, resources().vault, secret=TOTP_SECRET)


def totp_code(steps: int = 0, secret: str = TOTP_SECRET) -> str:
    """The code that the app shows, or so many half minutes from now."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)
