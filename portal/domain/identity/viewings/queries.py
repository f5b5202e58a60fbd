"""Reading views at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.viewings.policies import can_view
from portal.domain.identity.viewings.values import Viewing
from portal.platform import db
from portal.platform.tenancy import GATE, acting_as

OPEN = """
SELECT v.id, v.reason, v.ends_at, u.id AS investor_id, u.name,
  COALESCE((SELECT array_agg(role) FROM identity.role_grants WHERE user_id = u.id), '{}') AS roles
FROM identity.viewings v JOIN identity.users u ON u.id = v.investor_id
WHERE v.session_id = %(session)s AND v.viewer_id = %(viewer)s AND v.firm_id = %(firm)s AND u.firm_id = %(firm)s
  AND v.ended_at IS NULL AND v.ends_at > now() AND u.active
"""

UNENDED = """
SELECT id, viewer_id, investor_id FROM identity.viewings
WHERE firm_id = %(firm)s AND ended_at IS NULL
  AND (id = %(id)s OR session_id = %(session)s OR %(user)s::uuid IN (viewer_id, investor_id))
"""


def list_open_viewings(
    actor: Actor, *, viewing_id: UUID | None = None, session_id: UUID | None = None, user_id: UUID | None = None
) -> Sequence[db.AnyRow]:
    """`id`, `viewer_id` and `investor_id` of the view with this id, or of those of a session, or of and as a person,
    whose end is not written yet, though their time may be over."""
    return db.fetch_all(UNENDED, firm=actor.firm_id, id=viewing_id, session=session_id, user=user_id)


def find_viewing(viewer: Actor) -> Viewing | None:
    """As whom the viewer sees the portal in their present browser; None where it does not, or may no longer."""
    with acting_as(GATE):
        row = db.fetch_one(OPEN, session=viewer.session_id, viewer=viewer.user_id, firm=viewer.firm_id)
    if row is None:
        return None
    roles = frozenset(Role(role) for role in row.roles)
    investor = Actor(viewer.firm_id, row.investor_id, roles, row.name, viewer.session_id, read_only=True)
    return Viewing(row.id, viewer, investor, row.reason, row.ends_at) if can_view(viewer, roles) else None
