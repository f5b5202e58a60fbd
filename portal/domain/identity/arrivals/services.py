"""Telling people of sign-ins from where they were not before."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.arrivals.queries import exists_like_device
from portal.platform.db import transactional
from portal.platform.outbox import enqueue


@transactional
def announce_device(user_id: UUID, session_id: UUID, *, agent: str, address: str) -> None:
    """Have a mail sent of the sign-in that just made a session, where it came from a browser or place that the person
    has not used in the last 90 days."""
    if not exists_like_device(user_id, session_id, agent=agent, address=address):
        enqueue("accounts.announce_device", session_id=str(session_id))
