"""Reading whether a person was signed in from such a place before."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.arrivals.rules import name_agent, network_of
from portal.domain.identity.arrivals.values import REMEMBERED, NewDevice
from portal.domain.identity.emails.values import email_of
from portal.platform import clock, db

BEFORE = """
SELECT DISTINCT agent, address FROM identity.sessions
WHERE user_id = %(user)s AND id <> %(this)s AND created_at > %(since)s
"""
SIGNED_IN_BEFORE = "SELECT EXISTS (SELECT FROM identity.sessions WHERE user_id = %(user)s AND id <> %(this)s)"
NEW = """
SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped, f.name AS firm, COALESCE(u.locale, f.locale) AS locale,
  COALESCE(u.time_zone, f.time_zone) AS time_zone, s.agent, s.address, s.created_at
FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = s.firm_id
WHERE s.firm_id = %(firm)s AND s.id = %(id)s
"""


def get_agent_name(agent: str) -> str:
    """What a browser or app calls itself, in words: `Firefox on Windows`."""
    return name_agent(agent)


def exists_like_device(user_id: UUID, session_id: UUID, *, agent: str, address: str) -> bool:
    """Whether a person signed in with such a browser or app from such a network in the last 90 days, or never signed
    in at all before `session_id`, so that there is nothing to compare with."""
    rows = db.fetch_all(BEFORE, user=user_id, this=session_id, since=clock.now() - REMEMBERED)
    place = (name_agent(agent), network_of(address))
    if any((name_agent(row.agent), network_of(row.address)) == place for row in rows):
        return True
    return not rows and not db.fetch_value(SIGNED_IN_BEFORE, user=user_id, this=session_id)


def find_new_device(actor: Actor, session_id: UUID) -> NewDevice | None:
    """What to tell of the sign-in behind a session; None when the person has left."""
    row = db.fetch_one(NEW, firm=actor.firm_id, id=session_id)
    if row is None:
        return None
    return NewDevice(
        row.name, email_of(row), row.firm, row.locale, row.time_zone, name_agent(row.agent), row.address, row.created_at
    )
