"""Reading invitations."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.emails.values import email_of
from portal.domain.identity.links.values import Purpose, state_of
from portal.domain.people.invitations.values import Invitation
from portal.platform import clock, db
from portal.platform.errors import NotFound

WAITING = """
SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped,
  inviter.name AS invited_by, l.created_at, l.expires_at, l.used_at, l.withdrawn_at,
  COALESCE((SELECT array_agg(g.role) FROM identity.role_grants g WHERE g.user_id = u.id), '{}') AS roles,
  COALESCE((SELECT array_agg(a.name ORDER BY a.name_key) FROM people.account_members m
    JOIN people.investor_accounts a ON a.id = m.account_id WHERE m.user_id = u.id), '{}') AS accounts
FROM identity.users u JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN LATERAL (
  SELECT * FROM identity.links WHERE user_id = u.id AND purpose = %(purpose)s ORDER BY created_at DESC, id LIMIT 1
) l ON true
LEFT JOIN identity.users inviter ON inviter.id = l.created_by
WHERE u.firm_id = %(firm)s AND NOT u.active AND u.password_hash IS NULL
"""
MOST = 200


def _invitation(row: db.AnyRow) -> Invitation:
    return Invitation(
        user_id=row.user_id,
        name=row.name,
        email=email_of(row),
        roles=frozenset(Role(role) for role in row.roles),
        accounts=tuple(row.accounts),
        invited_by=row.invited_by,
        sent_at=row.created_at,
        expires_at=row.expires_at,
        state=state_of(row.used_at, row.withdrawn_at, row.expires_at, clock.now()),
    )


def list_invitations(actor: Actor) -> Sequence[Invitation]:
    """The people of the actor's firm who were invited and have not come yet, the latest first."""
    rows = db.fetch_all(
        f"{WAITING} ORDER BY l.created_at DESC, u.id LIMIT {MOST}",
        firm=actor.firm_id,
        purpose=Purpose.INVITATION.value,
    )
    return [_invitation(row) for row in rows]


def get_invitation(actor: Actor, user_id: UUID) -> Invitation:
    """The invitation of one person of the actor's firm who has not come yet; NotFound otherwise."""
    row = db.fetch_one(f"{WAITING} AND u.id = %(id)s", firm=actor.firm_id, purpose=Purpose.INVITATION.value, id=user_id)
    if row is None:
        raise NotFound
    return _invitation(row)
