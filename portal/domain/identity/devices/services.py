"""Ending sessions from elsewhere."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.platform.db import execute, take_turns, transactional
from portal.platform.errors import NotFound

END = """
UPDATE identity.sessions SET revoked_at = now()
WHERE firm_id = %(firm)s AND user_id = %(user)s AND id = %(id)s AND revoked_at IS NULL AND expires_at > now()
"""
END_ALL = """
UPDATE identity.sessions SET revoked_at = now()
WHERE firm_id = %(firm)s AND user_id = %(user)s AND id IS DISTINCT FROM %(but)s::uuid AND revoked_at IS NULL
  AND expires_at > now()
"""


@transactional
def end_device(actor: Actor, session_id: UUID) -> None:
    """Sign the actor out of one browser or app, which is refused from its next request on, everywhere; NotFound where
    it is not theirs or not signed in."""
    if execute(END, firm=actor.firm_id, user=actor.user_id, id=session_id) != 1:
        raise NotFound
    record_act(actor.user_id, "session.end", f"session:{session_id}")


@transactional
def end_other_devices(actor: Actor) -> int:
    """Sign the actor out everywhere but here; how many browsers and apps that were."""
    assert actor.user_id is not None
    return end_devices(actor, actor.user_id, but=actor.session_id)


@transactional
def end_devices(actor: Actor, user_id: UUID, *, but: UUID | None = None) -> int:
    """Sign a user out of every browser and app but the session `but`; how many that were."""
    take_turns("sessions", str(user_id))  # one that is being opened is ended too
    count = execute(END_ALL, firm=actor.firm_id, user=user_id, but=but)
    record_act(actor.user_id or user_id, "session.end_all", f"user:{user_id}", sessions=count)
    return count
