"""Reading second factors; in the person's own tenancy or in the firm's system tenancy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.factors.values import LIMITS, Standing
from portal.platform import db
from portal.platform.errors import NotFound

STANDING = """
SELECT t.id, t.created_at, t.used_at,
  (SELECT count(*) FROM identity.recovery_codes c WHERE c.user_id = u.id AND c.used_at IS NULL) AS codes_left,
  f.require_factor_of_investors
    OR EXISTS (SELECT FROM identity.role_grants g WHERE g.user_id = u.id AND g.role <> 'investor') AS required
FROM identity.users u JOIN identity.firms f ON f.id = u.firm_id LEFT JOIN identity.totp_factors t ON t.user_id = u.id
WHERE u.id = %(user)s
"""


def get_standing(user_id: UUID | None) -> Standing:
    """How a person stands with second factors; NotFound where there is no such person."""
    row = db.fetch_one(STANDING, user=user_id)
    if row is None:
        raise NotFound
    return Standing(*row)


def find_totp_secret(user_id: UUID | None) -> db.AnyRow | None:
    """`id` and sealed `secret` of a person's authenticator app, or None."""
    return db.fetch_one("SELECT id, secret FROM identity.totp_factors WHERE user_id = %(user)s", user=user_id)


def list_tries(user_id: UUID | None, *, now: datetime) -> Sequence[datetime]:
    """When this person's codes were tried in vain of late, latest first: as many as the limits look at."""
    most, longest = LIMITS[-1]
    rows = db.fetch_all(
        "SELECT at FROM identity.factor_attempts WHERE user_id = %(user)s AND at > %(since)s"
        " ORDER BY at DESC LIMIT %(n)s",
        user=user_id,
        since=now - longest,
        n=most,
    )
    return [row.at for row in rows]


def exists_factor_requirement() -> bool:
    """Whether the firm in force asks its investors for a second factor."""
    return bool(db.fetch_value("SELECT require_factor_of_investors FROM identity.firms"))
