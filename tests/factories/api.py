"""Apps that are signed in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.sessions.values import Proof
from portal.domain.identity.tokens.services import open_app_session
from portal.domain.identity.tokens.values import ACCESS_LENGTH
from portal.platform import clock
from portal.platform.ids import new_secret
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as

Headers = dict[str, str]


def open_app(actor: Actor, proven_by: Proof = Proof.FACTOR) -> UUID:
    """A session of an app in which this person is signed in."""
    assert actor.user_id
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return open_app_session(
            actor.firm_id,
            actor.user_id,
            refresh=new_secret(),
            agent="test",
            address="127.0.0.1",
            proven_by=proven_by,
        )


def bearer(
    actor: Actor,
    *,
    session_id: UUID | None = None,
    length: timedelta = ACCESS_LENGTH,
    proven_by: Proof = Proof.FACTOR,
) -> Headers:
    """The header that goes with each request of a signed-in app; `length` below zero: of an expired token."""
    session_id = session_id or open_app(actor, proven_by)
    signer = resources().signer
    now = int(clock.now().timestamp())
    token = signer.sign(subject=str(actor.user_id), session=str(session_id), length=length, auth_time=now)
    return {"Authorization": f"Bearer {token}"}
