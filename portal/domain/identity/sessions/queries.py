"""Reading sessions at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.emails.values import indexes_of, sealed_email_of
from portal.domain.identity.firms.values import Firm
from portal.domain.identity.sessions.values import (
    IDLE_INVESTOR,
    IDLE_STAFF,
    MOST_MEANT,
    TOUCH_EVERY,
    Proof,
    SignedIn,
    Stage,
)
from portal.platform import db
from portal.platform.ids import digest
from portal.platform.tenancy import GATE, acting_as

# Who came in by a password alone goes out with the moment in which a factor is needed: a new role, or the firm's wish.
GOOD = """
SELECT s.id AS session_id, u.name, u.id AS user_id, u.email_sealed, k.wrapped, g.roles,
  f.id AS firm_id, f.slug, f.name AS firm_name, f.accent, f.locale, f.time_zone,
  u.locale AS user_locale, u.time_zone AS user_time_zone, s.seen_at < now() - %(touch)s AS stale, s.stage, s.proven_at,
  s.proven_by,
  EXISTS (SELECT FROM identity.viewings v
    WHERE v.session_id = s.id AND v.ended_at IS NULL AND v.ends_at > now()) AS is_viewing
FROM identity.sessions s
JOIN identity.users u ON u.id = s.user_id
JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = s.firm_id
CROSS JOIN LATERAL (
  SELECT COALESCE(array_agg(role), '{{}}') AS roles FROM identity.role_grants WHERE user_id = u.id
) g
WHERE {by} AND s.revoked_at IS NULL AND s.expires_at > now() AND u.active
  AND (s.kind = 'api' OR s.stage <> 'full'
    OR s.seen_at > now() - CASE WHEN g.roles <@ '{{investor,delegate}}' THEN %(idle_investor)s ELSE %(idle_staff)s END)
  AND (s.stage <> 'full' OR s.proven_by <> 'pwd'
    OR (g.roles <@ '{{investor,delegate}}' AND NOT f.require_factor_of_investors))
"""
CREDENTIALS = """
SELECT id, firm_id, password_hash FROM identity.users
WHERE email_index = ANY(%(email)s) AND active AND (%(firm)s::uuid IS NULL OR firm_id = %(firm)s)
ORDER BY firm_id LIMIT %(most)s
"""
PREVIOUS = """
SELECT max(seen_at) FROM identity.sessions
WHERE user_id = %(user)s AND kind = 'web' AND stage = 'full' AND id IS DISTINCT FROM %(session)s
"""
BY_TOKEN = GOOD.format(by="s.token_hash = %(token)s AND s.kind = 'web' AND s.stage = 'full'")
BY_ID = GOOD.format(by="s.id = %(id)s AND s.kind = 'api' AND s.stage = 'full'")
OF_ANY_KIND = GOOD.format(by="s.id = %(id)s AND s.stage = 'full'")
PENDING = GOOD.format(by="s.token_hash = %(token)s AND s.kind = %(kind)s AND s.stage <> 'full'")


def _signed_in(row: db.AnyRow | None) -> SignedIn | None:
    if row is None:
        return None
    roles = frozenset(Role(role) for role in row.roles)
    firm = Firm(row.firm_id, row.slug, row.firm_name, row.accent, row.locale, row.time_zone)
    actor = Actor(row.firm_id, row.user_id, roles, row.name, row.session_id)
    locale, time_zone = row.user_locale or firm.locale, row.user_time_zone or firm.time_zone
    email, stage, proven_by = sealed_email_of(row), Stage(row.stage), Proof(row.proven_by)
    return SignedIn(
        actor, firm, email, locale, time_zone, row.stale, stage, row.proven_at, proven_by, row.is_viewing
    )  # fmt: skip


def _find(statement: str, **parameters: object) -> SignedIn | None:
    limits = {"touch": TOUCH_EVERY, "idle_investor": IDLE_INVESTOR, "idle_staff": IDLE_STAFF}
    with acting_as(GATE):
        return _signed_in(db.fetch_one(statement, **limits, **parameters))


def find_web_session(token: str) -> SignedIn | None:
    """Who is behind a browser's token, while the session is neither expired, idle nor revoked; one statement."""
    return _find(BY_TOKEN, token=digest(token))


def find_api_session(session_id: UUID) -> SignedIn | None:
    """Who is behind an app's session, while it is neither expired nor revoked; one statement."""
    return _find(BY_ID, id=session_id)


def find_session(session_id: UUID) -> SignedIn | None:
    """Who is behind a session in a browser or an app, while it is neither expired, idle nor revoked; one statement."""
    return _find(OF_ANY_KIND, id=session_id)


def find_pending_session(token: str, *, kind: str) -> SignedIn | None:
    """Who is behind the token of a sign-in that waits for its second step, in a browser ('web') or an app ('api')."""
    return _find(PENDING, token=digest(token), kind=kind)


def find_previous_visit(actor: Actor) -> datetime | None:
    """When the person was last here in a browser before the session of now; None where they never were."""
    found: datetime | None = db.fetch_value(PREVIOUS, user=actor.user_id, session=actor.session_id)
    return found


def find_password_hash(user_id: UUID | None) -> str | None:
    """The hash of a person's password, in their own tenancy; None where they have none."""
    found: str | None = db.fetch_value("SELECT password_hash FROM identity.users WHERE id = %(id)s", id=user_id)
    return found


def list_credentials(email: str, *, firm_id: UUID | None) -> Sequence[db.AnyRow]:
    """Id, firm and password hash of the active people with this address, in `firm_id` or in any firm (MOST_MEANT at
    most); asked at the gate, to prove who signs in."""
    with acting_as(GATE):
        return db.fetch_all(CREDENTIALS, email=indexes_of(email), firm=firm_id, most=MOST_MEANT)
