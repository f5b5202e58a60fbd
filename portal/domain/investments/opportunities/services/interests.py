"""What investors do with an open opportunity: watch it, say that they may invest, ask. Written in the firm's system
tenancy, as investors write none of its rows themselves."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.opportunities.errors import QuestionAnswered, TooManyQuestions
from portal.domain.investments.opportunities.models import (
    InterestChangeRecord,
    OfferingAnswerRecord,
    OfferingQuestionRecord,
)
from portal.domain.investments.opportunities.policies import can_invest
from portal.domain.investments.opportunities.queries.interests import (
    count_waiting_questions,
    find_interest,
    get_offering_question,
)
from portal.domain.investments.opportunities.queries.opportunities import (
    find_offered_candidate,
    get_open_opportunity,
    get_opportunity,
)
from portal.domain.investments.opportunities.rules.offering import find_amount_fault
from portal.domain.investments.opportunities.rules.questions import find_question_faults
from portal.domain.investments.opportunities.values.interests import (
    LONGEST_NOTE,
    MOST_OPEN,
    AnswerAudience,
    InterestState,
)
from portal.platform import clock
from portal.platform.db import execute, fetch_value, session, take_turns, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.tenancy import acting_as

SAY = """
INSERT INTO investments.interests (id, firm_id, opportunity_id, account_id, amount, state, changed_at)
VALUES (%(id)s, %(firm)s, %(opportunity)s, %(account)s, %(amount)s, %(state)s, %(at)s)
ON CONFLICT (opportunity_id, account_id) DO UPDATE
SET amount = excluded.amount, state = excluded.state, changed_at = excluded.changed_at
WHERE (interests.amount, interests.state) <> (excluded.amount, excluded.state) OR %(note)s <> '' RETURNING id
"""
SAID = """
SELECT id FROM investments.interests
WHERE firm_id = %(firm)s AND opportunity_id = %(opportunity)s AND account_id = %(account)s FOR UPDATE
"""
WATCH = """
INSERT INTO investments.opportunity_watches (opportunity_id, user_id, firm_id) VALUES (%(id)s, %(user)s, %(firm)s)
ON CONFLICT DO NOTHING
"""
UNWATCH = """
DELETE FROM investments.opportunity_watches
WHERE firm_id = %(firm)s AND opportunity_id = %(id)s AND user_id = %(user)s
"""
CLOSE = """
UPDATE investments.opportunity_questions SET state = 'answered'
WHERE firm_id = %(firm)s AND id = %(id)s AND state = 'open'
"""


def express_interest(actor: Actor, opportunity_id: UUID, account_id: UUID, *, amount: Decimal, note: str = "") -> UUID:
    """Say that an account of the actor may invest `amount`, in place of what was said before; it binds nobody. What
    is said again alike is said once. The interest's id. NotFound where this is not offered to the account, NotOpen,
    Invalid."""
    _require_investor(actor)
    opportunity = get_open_opportunity(actor, opportunity_id)
    _require_offered(actor, opportunity_id, account_id)
    if fault := find_amount_fault(amount, opportunity.currency):
        raise Invalid(fields={"amount": fault})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": f"Shorten the note to {LONGEST_NOTE:,} characters."})
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _say(actor, opportunity_id, account_id, amount, InterestState.STANDING, note)


def withdraw_interest(actor: Actor, opportunity_id: UUID, account_id: UUID) -> None:
    """Take back that an account may invest. NotFound where it did not say so."""
    _require_investor(actor)
    get_opportunity(actor, opportunity_id)
    found = find_interest(actor, opportunity_id, account_id)
    if found is None or found.state is InterestState.WITHDRAWN:
        raise NotFound
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _say(actor, opportunity_id, account_id, found.amount, InterestState.WITHDRAWN, "")


@transactional
def _say(
    actor: Actor, opportunity_id: UUID, account_id: UUID, amount: Decimal, state: InterestState, note: str
) -> UUID:
    at = clock.now()
    interest_id = fetch_value(
        SAY, id=new_id(), firm=actor.firm_id, opportunity=opportunity_id, account=account_id, amount=amount,
        state=state.value, note=note.strip(), at=at,
    )  # fmt: skip
    if interest_id is None:  # the same was said before, in another tab or by an app
        return UUID(str(fetch_value(SAID, firm=actor.firm_id, opportunity=opportunity_id, account=account_id)))
    session.add(
        InterestChangeRecord(
            firm_id=actor.firm_id,
            interest_id=interest_id,
            account_id=account_id,
            amount=amount,
            state=state.value,
            note=note.strip(),
            changed_by=actor.user_id,
            changed_at=at,
        )
    )
    session.flush()
    act = "interest.express" if state is InterestState.STANDING else "interest.withdraw"
    record_act(actor.user_id, act, f"opportunity:{opportunity_id}", account=str(account_id), amount=f"{amount:f}")
    return UUID(str(interest_id))


def watch_opportunity(actor: Actor, opportunity_id: UUID, *, watched: bool) -> None:
    """Watch an opportunity, or watch it no longer. NotFound."""
    _require_investor(actor)
    get_opportunity(actor, opportunity_id)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        _watch(actor, opportunity_id, watched=watched)


@transactional
def _watch(actor: Actor, opportunity_id: UUID, *, watched: bool) -> None:
    if execute(WATCH if watched else UNWATCH, firm=actor.firm_id, id=opportunity_id, user=actor.user_id):
        act = "opportunity.watch" if watched else "opportunity.unwatch"
        record_act(actor.user_id, act, f"opportunity:{opportunity_id}")


def ask_about_opportunity(actor: Actor, opportunity_id: UUID, question: str) -> UUID:
    """Ask the firm about an open opportunity; the id. NotFound, NotOpen, Invalid, TooManyQuestions."""
    _require_investor(actor)
    get_open_opportunity(actor, opportunity_id)
    if faults := find_question_faults(question):
        raise Invalid(fields=faults)
    with acting_as(Actor.system(actor.firm_id).tenancy):
        return _ask(actor, opportunity_id, question)


@transactional
def _ask(actor: Actor, opportunity_id: UUID, question: str) -> UUID:
    take_turns("questions about offerings", str(actor.user_id))
    if count_waiting_questions(actor) >= MOST_OPEN:
        raise TooManyQuestions
    asked = OfferingQuestionRecord(
        id=new_id(),
        firm_id=actor.firm_id,
        opportunity_id=opportunity_id,
        asked_by=actor.user_id,
        question=question.strip(),
    )
    session.add(asked)
    session.flush()
    record_act(actor.user_id, "opportunity.ask", f"opportunity:{opportunity_id}", question=str(asked.id))
    return asked.id


@transactional
def answer_about_opportunity(
    actor: Actor, question_id: UUID, *, answer: str, audience: AnswerAudience, question: str = ""
) -> None:
    """Answer a question to its asker alone, or to everybody to whom this is offered, who read `question` and not who
    asked; who asked is written to. NotFound, Invalid, QuestionAnswered."""
    require(actor, Permission.EDIT_OFFERINGS)
    found = get_offering_question(actor, question_id)
    words = found.question if audience is AnswerAudience.ASKER else question
    if faults := find_question_faults(words, answer):
        raise Invalid(fields=faults)
    if not execute(CLOSE, firm=actor.firm_id, id=question_id):
        raise QuestionAnswered
    session.add(
        OfferingAnswerRecord(
            firm_id=actor.firm_id,
            opportunity_id=found.opportunity_id,
            question_id=question_id,
            audience=audience.value,
            question=words.strip(),
            answer=answer.strip(),
            answered_by=actor.user_id,
        )
    )
    session.flush()
    enqueue("offerings.tell_answer", once=str(question_id), question_id=str(question_id))
    record_act(actor.user_id, "opportunity.answer", f"opportunity:{found.opportunity_id}", question=str(question_id))


def _require_investor(actor: Actor) -> None:
    """Refuse with Forbidden whoever is no investor, and whoever only looks as one does."""
    if not can_invest(actor) or actor.user_id is None or actor.read_only:
        raise Forbidden


def _require_offered(actor: Actor, opportunity_id: UUID, account_id: UUID) -> None:
    """Refuse with NotFound unless the opportunity is offered to this account of the actor."""
    if find_offered_candidate(actor, opportunity_id, account_id) is None:
        raise NotFound
