"""Reading how the removal of a lost factor stands."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.emails.values import email_of
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.values import Standing
from portal.domain.identity.links.errors import UnknownLink
from portal.domain.identity.recoveries.values import Affected, Recovery, RecoveryState
from portal.platform import db
from portal.platform.ids import digest
from portal.platform.tenancy import GATE, acting_as

SELECT = """
SELECT r.id, r.firm_id, r.user_id, a.maker_id = r.user_id AS by_person,
  CASE WHEN r.ended IS NOT NULL THEN r.ended WHEN r.due_at IS NOT NULL THEN 'waiting'
    WHEN a.state = 'open' AND a.expires_at <= now() THEN 'expired' WHEN a.state = 'open' THEN 'asked'
    ELSE a.state END AS state,
  r.begun_at, r.due_at, r.ended_at
FROM identity.recoveries r JOIN identity.approvals a ON a.id = r.id WHERE r.firm_id = %(firm)s
"""
AFFECTED = """
SELECT u.name, u.id AS user_id, u.email_sealed, k.wrapped, f.name AS firm, COALESCE(u.locale, f.locale) AS locale,
  COALESCE(u.time_zone, f.time_zone) AS time_zone
FROM identity.recoveries r JOIN identity.users u ON u.id = r.user_id AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = r.firm_id WHERE r.firm_id = %(firm)s AND r.id = %(id)s
"""
BY_LINK = "SELECT id, firm_id FROM identity.recoveries WHERE token_hash = %(hash)s"


def _recovery(row: db.AnyRow | None) -> Recovery | None:
    if row is None:
        return None
    return Recovery(
        row.id, row.firm_id, row.user_id, row.by_person, RecoveryState(row.state), row.begun_at, row.due_at,
        row.ended_at,
    )  # fmt: skip


def find_recovery(actor: Actor, recovery_id: UUID) -> Recovery | None:
    """The removal with this id in the actor's firm, or None; in the system tenancy."""
    return _recovery(db.fetch_one(f"{SELECT} AND r.id = %(id)s", firm=actor.firm_id, id=recovery_id))


def find_latest_recovery(actor: Actor, user_id: UUID) -> Recovery | None:
    """The latest removal that was asked for a person, or None; in the system tenancy."""
    statement = f"{SELECT} AND r.user_id = %(user)s ORDER BY r.begun_at DESC, r.id LIMIT 1"
    return _recovery(db.fetch_one(statement, firm=actor.firm_id, user=user_id))


def find_own_recovery(actor: Actor) -> Recovery | None:
    """The latest removal of the actor's own factors that was asked for, or None."""
    assert actor.user_id
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return find_latest_recovery(actor, actor.user_id)


def get_person_standing(actor: Actor, user_id: UUID) -> tuple[Standing, Recovery | None]:
    """How a person of the firm stands with second factors, and the latest removal that was asked for; for those who
    look after people."""
    require(actor, Permission.EDIT_PEOPLE)
    get_user(actor, user_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return get_standing(user_id), find_latest_recovery(actor, user_id)


def get_recovery_by_link(token: str) -> Recovery:
    """The removal whose mails carry this token; UnknownLink where there is none."""
    with acting_as(GATE):
        row = db.fetch_one(BY_LINK, hash=digest(token))
    if row is None:
        raise UnknownLink
    actor = Actor.system(row.firm_id)
    with acting_as(actor.tenancy):
        found = find_recovery(actor, row.id)
    assert found is not None
    return found


def find_affected(actor: Actor, recovery_id: UUID) -> Affected | None:
    """Whom to tell of a removal; None when they have left."""
    row = db.fetch_one(AFFECTED, firm=actor.firm_id, id=recovery_id)
    return None if row is None else Affected(row.name, email_of(row), row.firm, row.locale, row.time_zone)
