"""Reading refresh tokens."""

from __future__ import annotations

from uuid import UUID

from portal.platform import db
from portal.platform.ids import digest
from portal.platform.tenancy import GATE, acting_as

FIRM = "SELECT firm_id FROM identity.refresh_tokens WHERE token_hash = %(hash)s"
STANDING = """
SELECT t.session_id, t.used_at, s.user_id, s.proven_by, extract(epoch FROM s.created_at)::bigint AS auth_time,
  s.revoked_at IS NULL AND s.expires_at > now() AND u.active AND (s.proven_by <> 'pwd' OR NOT (
    f.require_factor_of_investors
    OR EXISTS (SELECT FROM identity.role_grants WHERE user_id = u.id AND role <> ALL ('{investor,delegate}')))) AS good
FROM identity.refresh_tokens t JOIN identity.sessions s ON s.id = t.session_id JOIN identity.users u ON u.id = s.user_id
JOIN identity.firms f ON f.id = s.firm_id
WHERE t.token_hash = %(hash)s FOR UPDATE OF t
"""


def find_refresh_token_firm(refresh_token: str) -> UUID | None:
    """The firm a refresh token belongs to, or None for an unknown one; asked at the gate."""
    with acting_as(GATE):
        firm_id: UUID | None = db.fetch_value(FIRM, hash=digest(refresh_token))
    return firm_id


def find_refresh_token(refresh_token: str) -> db.AnyRow | None:
    """A refresh token with its session, locked until the transaction ends: `session_id`, `user_id`, `used_at`,
    `auth_time`, `proven_by`, and whether session and person are `good`."""
    return db.fetch_one(STANDING, hash=digest(refresh_token))
