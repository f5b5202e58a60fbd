"""Who is to be reminded of a call, and of what."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.capital_calls.values.shares import Reminder
from portal.platform import clock, db

DEBTORS = """
SELECT DISTINCT m.user_id FROM investments.call_shares s
JOIN people.account_members m ON m.account_id = s.account_id
JOIN identity.users u ON u.id = m.user_id AND u.active
WHERE s.firm_id = %(firm)s AND s.call_id = %(call)s AND s.standing AND s.paid < s.inside + s.outside
"""
REMINDER = """
SELECT s.id, a.name AS account, s.due_on, v.name AS vehicle, c.number, u.id AS user_id, u.name, u.email_sealed,
  k.wrapped, f.name AS firm, f.locale
FROM investments.call_shares s JOIN investments.capital_calls c ON c.id = s.call_id
JOIN people.account_members m ON m.account_id = s.account_id AND m.user_id = %(user)s
JOIN identity.users u ON u.id = m.user_id AND u.active JOIN identity.subject_keys k ON k.subject_id = u.id
JOIN identity.firms f ON f.id = s.firm_id
JOIN people.investor_accounts a ON a.id = s.account_id JOIN investments.vehicles v ON v.id = s.vehicle_id
WHERE s.firm_id = %(firm)s AND s.call_id = %(call)s AND s.standing AND s.paid < s.inside + s.outside
ORDER BY a.name_key, s.id
"""


def list_debtors(actor: Actor, call_id: UUID) -> list[UUID]:
    """The people who act for an account that has not paid a call in full, each once."""
    return [row.user_id for row in db.fetch_all(DEBTORS, firm=actor.firm_id, call=call_id)]


def find_reminder(actor: Actor, call_id: UUID, user_id: UUID) -> Reminder | None:
    """What to remind a person of; None when all is paid meanwhile, or they have left."""
    rows = db.fetch_all(REMINDER, firm=actor.firm_id, call=call_id, user=user_id)
    if not rows:
        return None
    first = rows[0]
    return Reminder(
        first.name,
        email_of(first),
        first.firm,
        first.locale,
        first.vehicle,
        f"C{first.number}",
        first.due_on,
        first.due_on < clock.today(),
        tuple((row.id, row.account) for row in rows),
    )
