"""Who is told of published statements, and what."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.runs import Announcement
from portal.platform import db

RECIPIENTS = """
SELECT DISTINCT m.user_id FROM investments.statements s
JOIN people.account_members m ON m.account_id = s.account_id
JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.published_at = %(moment)s
"""
ANNOUNCEMENT = """
SELECT s.id, s.version, s.frequency, s.ends_on, a.name AS account, v.name AS vehicle, u.name,
  u.id AS user_id, u.email_sealed, k.wrapped, f.name AS firm, f.locale
FROM investments.statements s
JOIN people.account_members m ON m.account_id = s.account_id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = s.firm_id
JOIN people.investor_accounts a ON a.id = s.account_id
JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE s.firm_id = %(firm)s AND s.run_id = %(run)s AND s.published_at = %(moment)s AND s.state = 'published'
ORDER BY a.name_key, s.id
"""


def list_recipients(actor: Actor, run_id: UUID, published_at: datetime) -> list[UUID]:
    """The users who act for an account that got a statement of the run at this moment, each once."""
    return [row.user_id for row in db.fetch_all(RECIPIENTS, firm=actor.firm_id, run=run_id, moment=published_at)]


def find_announcement(actor: Actor, run_id: UUID, user_id: UUID, published_at: datetime) -> Announcement | None:
    """What to tell a person of the statements published at this moment; None when there is nothing left to tell,
    since they left, or the statements were replaced meanwhile."""
    rows = db.fetch_all(ANNOUNCEMENT, firm=actor.firm_id, run=run_id, user=user_id, moment=published_at)
    if not rows:
        return None
    first = rows[0]
    return Announcement(
        name=first.name,
        email=email_of(first),
        firm=first.firm,
        firm_locale=first.locale,
        vehicle=first.vehicle,
        period=Period(first.ends_on, Frequency(first.frequency)),
        corrected=any(row.version > 1 for row in rows),
        statements=tuple((row.id, row.account) for row in rows),
    )
