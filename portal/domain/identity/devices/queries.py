"""Reading where people are signed in."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.identity.access.values import Actor
from portal.domain.identity.arrivals.rules import name_agent
from portal.domain.identity.devices.values import Device
from portal.domain.identity.sessions.values import IDLE_INVESTOR, IDLE_STAFF
from portal.platform import db

GOOD = """
SELECT id, kind, agent, address, created_at, seen_at FROM identity.sessions
WHERE firm_id = %(firm)s AND user_id = %(user)s AND revoked_at IS NULL AND expires_at > now() AND stage = 'full'
  AND (kind = 'api' OR seen_at > now() - %(idle)s)
ORDER BY id = %(this)s DESC, seen_at DESC, id LIMIT 200
"""


def list_devices(actor: Actor) -> Sequence[Device]:
    """Where the actor is signed in: this one first, then by last use."""
    idle = IDLE_STAFF if actor.is_staff else IDLE_INVESTOR
    rows = db.fetch_all(GOOD, firm=actor.firm_id, user=actor.user_id, this=actor.session_id, idle=idle)
    return [
        Device(
            row.id, name_agent(row.agent), row.kind == "api", row.address, row.created_at, row.seen_at,
            row.id == actor.session_id,
        )
        for row in rows
    ]  # fmt: skip
