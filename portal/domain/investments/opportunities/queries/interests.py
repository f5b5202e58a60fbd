"""Reading interest, questions and answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.opportunities.policies import can_see_offerings
from portal.domain.investments.opportunities.queries.opportunities import (
    visible_opportunities,
    visible_opportunities_parameters,
)
from portal.domain.investments.opportunities.values.interests import (
    AnswerAudience,
    Interest,
    InterestChange,
    InterestState,
    OfferingAnswer,
    OfferingQuestion,
    QuestionState,
)
from portal.platform import db
from portal.platform.errors import NotFound

OF_PERSON = "IN (SELECT m.account_id FROM people.account_members m WHERE m.user_id = %(viewer)s)"
INTERESTS = """
SELECT i.id, i.opportunity_id, i.account_id, a.name AS account, i.amount, i.state, i.changed_at
FROM investments.interests i JOIN investments.opportunities o ON o.id = i.opportunity_id
JOIN people.investor_accounts a ON a.id = i.account_id
WHERE {opportunities} AND {visible} AND o.id = %(id)s AND (%(account)s::uuid IS NULL OR i.account_id = %(account)s)
  AND (%(at)s::timestamptz IS NULL
    OR (i.state <> 'standing', i.changed_at, i.id) > (%(over)s::boolean, %(at)s, %(last)s::uuid))
ORDER BY (i.state <> 'standing'), i.changed_at, i.id LIMIT %(most)s
"""
CHANGES = """
SELECT h.id, h.account_id, a.name AS account, h.amount, h.state, h.note, COALESCE(u.name, '') AS changed_by,
  h.changed_at
FROM investments.interest_changes h JOIN investments.interests i ON i.id = h.interest_id
JOIN investments.opportunities o ON o.id = i.opportunity_id
JOIN people.investor_accounts a ON a.id = h.account_id LEFT JOIN identity.users u ON u.id = h.changed_by
WHERE {opportunities} AND {visible} AND o.id = %(id)s AND (%(before)s::bigint IS NULL OR h.id < %(before)s)
ORDER BY h.id DESC LIMIT %(most)s
"""
QUESTIONS = """
SELECT q.id, q.opportunity_id, {asker} AS asker, q.asked_at, q.question, q.state, COALESCE(w.answer, '') AS answer,
  w.audience, w.answered_at
FROM investments.opportunity_questions q JOIN investments.opportunities o ON o.id = q.opportunity_id
LEFT JOIN investments.opportunity_answers w ON w.question_id = q.id
{names} WHERE {visible}
"""
OF_STAFF = {"asker": "u.name", "names": "JOIN identity.users u ON u.id = q.asked_by"}
OF_ASKER = {"asker": "''", "names": ""}
ANSWERS = """
SELECT w.question_id, w.question, w.answer, w.answered_at
FROM investments.opportunity_answers w JOIN investments.opportunities o ON o.id = w.opportunity_id
WHERE {visible} AND o.id = %(id)s AND w.audience = 'everybody' ORDER BY w.answered_at DESC, w.question_id
"""
WAITING = """
SELECT count(*) FROM investments.opportunity_questions
WHERE firm_id = %(firm)s AND asked_by = %(viewer)s AND state = 'open'
"""


def visible_interests(actor: Actor) -> str:
    """The condition that leaves the interests (alias `i`) that the actor may see: staff all, investors those of the
    accounts they act for."""
    return "true" if can_see_offerings(actor) else f"i.account_id {OF_PERSON}"


def list_interests(
    actor: Actor,
    opportunity_id: UUID,
    *,
    account_id: UUID | None = None,
    after: tuple[str, datetime, UUID] | None = None,
    most: int | None = None,
) -> list[Interest]:
    """Who is interested, in order of the word given; then who was. Of one account where it is given, those after the
    (state, moment, id) of `after`, all unless `most` says how many."""
    state, at, last = after or (InterestState.STANDING, None, None)
    statement = INTERESTS.format(opportunities=visible_opportunities(actor), visible=visible_interests(actor))
    rows = db.fetch_all(
        statement,
        id=opportunity_id,
        account=account_id,
        over=state != InterestState.STANDING,
        at=at,
        last=last,
        most=most,
        **visible_opportunities_parameters(actor),
    )
    return [
        Interest(
            row.id,
            row.opportunity_id,
            row.account_id,
            row.account,
            row.amount,
            InterestState(row.state),
            row.changed_at,
        )
        for row in rows
    ]


def find_interest(actor: Actor, opportunity_id: UUID, account_id: UUID) -> Interest | None:
    """What an account said, or None."""
    return next(iter(list_interests(actor, opportunity_id, account_id=account_id)), None)


def list_interest_changes(
    actor: Actor, opportunity_id: UUID, *, before: int | None = None, most: int = 50
) -> list[InterestChange]:
    """What was said of interest in an opportunity, latest first, before the one whose number is `before`. Investors
    read who said it where it was they."""
    statement = CHANGES.format(opportunities=visible_opportunities(actor), visible=visible_interests(actor))
    asked = visible_opportunities_parameters(actor)
    rows = db.fetch_all(statement, id=opportunity_id, before=before, most=most, **asked)
    return [
        InterestChange(
            row.id,
            row.account_id,
            row.account,
            row.amount,
            InterestState(row.state),
            row.note,
            row.changed_by,
            row.changed_at,
        )
        for row in rows
    ]


def _question(row: db.AnyRow) -> OfferingQuestion:
    return OfferingQuestion(
        row.id, row.opportunity_id, row.asker, row.asked_at, row.question, QuestionState(row.state), row.answer,
        AnswerAudience(row.audience) if row.audience else None, row.answered_at,
    )  # fmt: skip


def list_offering_questions(
    actor: Actor, opportunity_id: UUID, *, after: tuple[str, datetime, UUID] | None = None, most: int = 50
) -> Sequence[OfferingQuestion]:
    """The questions about an opportunity for staff, those that wait first, then the latest; those after the (state,
    moment, id) of `after`."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    state, at, last = after or (QuestionState.OPEN, None, None)
    statement = QUESTIONS.format(visible=visible_opportunities(actor), **OF_STAFF)
    rows = db.fetch_all(
        f"{statement} AND o.id = %(id)s AND (%(at)s::timestamptz IS NULL"
        " OR (q.state = 'open', q.asked_at, q.id) < (%(waits)s::boolean, %(at)s, %(last)s::uuid))"
        " ORDER BY (q.state = 'open') DESC, q.asked_at DESC, q.id DESC LIMIT %(most)s",
        id=opportunity_id,
        waits=state == QuestionState.OPEN,
        at=at,
        last=last,
        most=most,
        **visible_opportunities_parameters(actor),
    )
    return [_question(row) for row in rows]


def list_waiting_questions(actor: Actor) -> Sequence[OfferingQuestion]:
    """What waits for an answer, whatever it is about, the oldest first; for staff."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    statement = QUESTIONS.format(visible=visible_opportunities(actor), **OF_STAFF)
    rows = db.fetch_all(
        f"{statement} AND q.state = 'open' ORDER BY q.asked_at, q.id",
        **visible_opportunities_parameters(actor),
    )
    return [_question(row) for row in rows]


def get_offering_question(actor: Actor, question_id: UUID) -> OfferingQuestion:
    """One question as staff read it; NotFound."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    statement = QUESTIONS.format(visible=visible_opportunities(actor), **OF_STAFF)
    row = db.fetch_one(f"{statement} AND q.id = %(id)s", id=question_id, **visible_opportunities_parameters(actor))
    if row is None:
        raise NotFound
    return _question(row)


def list_own_offering_questions(actor: Actor, opportunity_id: UUID) -> Sequence[OfferingQuestion]:
    """What the actor asked, latest first, with the answers."""
    statement = QUESTIONS.format(visible=visible_opportunities(actor), **OF_ASKER)
    rows = db.fetch_all(
        f"{statement} AND o.id = %(id)s AND q.asked_by = %(viewer)s ORDER BY q.asked_at DESC, q.id",
        id=opportunity_id,
        **visible_opportunities_parameters(actor),
    )
    return [_question(row) for row in rows]


def list_offering_answers(actor: Actor, opportunity_id: UUID) -> list[OfferingAnswer]:
    """What was answered to everybody, latest first."""
    statement = ANSWERS.format(visible=visible_opportunities(actor))
    rows = db.fetch_all(statement, id=opportunity_id, **visible_opportunities_parameters(actor))
    return [OfferingAnswer(*row) for row in rows]


def count_waiting_questions(actor: Actor) -> int:
    """How many questions of the actor wait for an answer."""
    return int(db.fetch_value(WAITING, **visible_opportunities_parameters(actor)))
