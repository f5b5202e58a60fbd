"""Reading second factors; in the person's own tenancy or in the firm's system tenancy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.factors.values import LIMITS, Standing
from portal.platform import db
from portal.platform.errors import NotFound

# Whoever had a factor once and had it removed for them sets another one up. Any investor makes another a delegate: that
# takes no factor from them.
STANDING = """
SELECT t.id, t.created_at, t.used_at,
  (SELECT count(*) FROM identity.recovery_codes c WHERE c.user_id = u.id AND c.used_at IS NULL) AS codes_left,
  f.require_factor_of_investors
    OR EXISTS (SELECT FROM identity.role_grants g
      WHERE g.user_id = u.id AND g.role <> ALL ('{investor,delegate}'))
    OR EXISTS (SELECT FROM identity.recoveries r WHERE r.user_id = u.id AND r.ended = 'done') AS required,
  (SELECT count(*) FROM identity.passkeys p WHERE p.user_id = u.id) AS passkeys,
  f.text_codes AND u.phone_sealed IS NOT NULL AND EXISTS (SELECT FROM identity.text_factors x WHERE x.user_id = u.id)
    AND NOT EXISTS (SELECT FROM identity.role_grants g
      WHERE g.user_id = u.id AND g.role <> ALL ('{investor,delegate}')) AS texts
FROM identity.users u JOIN identity.firms f ON f.id = u.firm_id LEFT JOIN identity.totp_factors t ON t.user_id = u.id
WHERE u.id = %(user)s
"""
# The key's id stands in what was sealed, after two bytes of which the second is its length.
BY_KEY = """
SELECT convert_from(substring(secret FROM 3 FOR get_byte(secret, 1)), 'UTF8') AS key, count(*) AS held
FROM identity.totp_factors GROUP BY 1
"""
OTHERWISE_SEALED = """
SELECT id, user_id, secret FROM identity.totp_factors
WHERE firm_id = %(firm)s AND substring(secret FROM 3 FOR get_byte(secret, 1)) <> convert_to(%(key)s, 'UTF8')
LIMIT %(most)s
"""


def get_standing(user_id: UUID | None) -> Standing:
    """How a person stands with second factors; NotFound where there is no such person."""
    row = db.fetch_one(STANDING, user=user_id)
    if row is None:
        raise NotFound
    return Standing(*row)


def find_totp_secret(user_id: UUID | None) -> db.AnyRow | None:
    """`id`, `user_id` and sealed `secret` of a person's authenticator app, or None."""
    return db.fetch_one("SELECT id, user_id, secret FROM identity.totp_factors WHERE user_id = %(user)s", user=user_id)


def list_secrets_to_reseal(firm_id: UUID, key_in_force: str, *, most: int) -> Sequence[db.AnyRow]:
    """`id`, `user_id` and sealed `secret` of up to `most` apps whose secret another key than this seals."""
    return db.fetch_all(OTHERWISE_SEALED, firm=firm_id, key=key_in_force, most=most)


def count_secrets_by_key() -> dict[str, int]:
    """How many secrets of apps of the firm in force each key of the vault seals."""
    return {row.key: row.held for row in db.fetch_all(BY_KEY)}


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
