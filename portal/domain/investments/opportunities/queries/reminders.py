"""What mails about offerings and the pipeline need; asked in the firm's system tenancy."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import email_of
from portal.domain.investments.opportunities.values.interests import AnsweredQuestion
from portal.domain.investments.opportunities.values.prospects import Reminder
from portal.platform import db

REMINDER = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, p.name AS prospect, p.next_step
FROM investments.prospects p JOIN identity.users u ON u.id = p.owner_id AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = p.firm_id
WHERE p.firm_id = %(firm)s AND p.id = %(id)s AND p.owner_id = %(owner)s AND p.next_on = %(on)s
  AND p.stage NOT IN ('won', 'lost')
"""
ANSWERED = """
SELECT u.id AS user_id, u.name, u.email_sealed, k.wrapped, f.name AS firm, o.name AS title, o.id AS opportunity_id
FROM investments.opportunity_questions q JOIN investments.opportunities o ON o.id = q.opportunity_id
JOIN identity.users u ON u.id = q.asked_by AND u.active
JOIN identity.subject_keys k ON k.subject_id = u.id JOIN identity.firms f ON f.id = q.firm_id
WHERE q.firm_id = %(firm)s AND q.id = %(id)s AND q.state = 'answered'
  AND o.id IN (SELECT mine.opportunity_id FROM investments.offered_to(u.id) mine)
"""


def find_reminder(actor: Actor, prospect_id: UUID, *, owner_id: UUID, on: date) -> Reminder | None:
    """What to remind the owner of, or None where the prospect has another owner or day by now, or is settled."""
    row = db.fetch_one(REMINDER, firm=actor.firm_id, id=prospect_id, owner=owner_id, on=on)
    return None if row is None else Reminder(row.name, email_of(row), row.firm, row.prospect, row.next_step)


def find_answered(actor: Actor, question_id: UUID) -> AnsweredQuestion | None:
    """What to write to who asked, or None where they may not see the opportunity any more."""
    row = db.fetch_one(ANSWERED, firm=actor.firm_id, id=question_id)
    return None if row is None else AnsweredQuestion(row.name, email_of(row), row.firm, row.title, row.opportunity_id)
