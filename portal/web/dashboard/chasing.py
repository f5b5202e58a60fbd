"""What waits for others, whom this person reminds, answers or writes to."""

from __future__ import annotations

from flask import url_for

from portal.domain.documents.rooms.queries.rooms import list_rooms
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.capital_calls.queries.calls import list_calls_to_chase
from portal.domain.investments.eligibility.queries import list_expiring_verifications
from portal.domain.investments.opportunities.queries.interests import list_waiting_questions
from portal.domain.investments.opportunities.queries.prospects import list_due_prospects
from portal.domain.investments.statements.values.runs import StatementRun
from portal.domain.investments.subscriptions.queries.subscriptions import list_subscriptions
from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from portal.platform import clock
from portal.web.dashboard.worklists import LOOKED_THROUGH, Task, WorkList, latest_first, oldest_of, runs_to_publish
from portal.web.toolkit.verification_names import VERIFICATIONS

WITH_INVESTORS = {
    SubscriptionState.SENT_BACK: "Sent back: the investor has to mend it",
    SubscriptionState.ACCEPTED: "Accepted: the investor has to sign",
}


def list_to_chase(person: Actor, runs: list[StatementRun]) -> tuple[WorkList, ...]:
    """Everything of the kind, of the person's permissions alone."""
    return (
        _calls(person),
        _subscriptions(person),
        _offering_questions(person),
        _room_questions(person),
        _prospects(person),
        _verifications(person),
        _statements(person, runs),
    )


def _calls(person: Actor) -> WorkList:
    may = can(person, Permission.PREPARE_MONEY)
    tasks = [
        Task(
            f"{each.label}, {each.vehicle}",
            "Overdue and not paid in full: remind them",
            url_for("capital_calls.show", call_id=each.id),
            on=each.due_on,
        )
        for each in (list_calls_to_chase(person, most=LOOKED_THROUGH) if may else ())
    ]
    return oldest_of("Calls to chase", tasks, url_for("capital_calls.index"))


def _subscriptions(person: Actor) -> WorkList:
    may = can(person, Permission.EDIT_OFFERINGS)
    tasks = [
        Task(
            f"{each.account}, {each.opportunity}",
            WITH_INVESTORS[each.state],
            url_for("subscriptions.show", subscription_id=each.id),
            each.at,
        )
        for each in (list_subscriptions(person, most=LOOKED_THROUGH, states=tuple(WITH_INVESTORS)) if may else ())
    ]
    return latest_first("Subscriptions with investors", tasks, url_for("subscriptions.index", view="all"))


def _offering_questions(person: Actor) -> WorkList:
    tasks = [
        Task(
            each.question[:120],
            f"{each.asker} asks about an offering: answer",
            url_for("offering_questions.edit", offering_question_id=each.id, opportunity_id=each.opportunity_id),
            each.asked_at,
        )
        for each in (list_waiting_questions(person) if can(person, Permission.EDIT_OFFERINGS) else ())
    ]
    return oldest_of("Questions about offerings", tasks, url_for("opportunities.index"))


def _room_questions(person: Actor) -> WorkList:
    tasks = [
        Task(
            each.details.name,
            "1 question waits" if each.questions == 1 else f"{each.questions} questions wait",
            url_for("room_questions.index", room_id=each.id),
        )
        for each in (list_rooms(person) if can(person, Permission.PUBLISH_DOCUMENTS) else ())
        if each.questions
    ]
    return oldest_of("Questions to answer", tasks, url_for("rooms.index"))


def _prospects(person: Actor) -> WorkList:
    may = can(person, Permission.EDIT_OFFERINGS)
    tasks = [
        Task(
            each.name,
            each.next_step or "You wanted to be reminded",
            url_for("prospects.show", prospect_id=each.id),
            on=each.next_on,
        )
        for each in (list_due_prospects(person, today=clock.today(), most=LOOKED_THROUGH) if may else ())
    ]
    return oldest_of("Prospects", tasks, url_for("prospects.index"))


def _verifications(person: Actor) -> WorkList:
    may = can(person, Permission.VERIFY_INVESTORS)
    tasks = [
        Task(
            f"{VERIFICATIONS[each.kind]}: {each.account}",
            "Runs out: ask for a new one",
            url_for("verifications.history", account_id=each.account_id),
            on=each.expires_on,
        )
        for each in (list_expiring_verifications(person, today=clock.today()) if may else ())
    ]
    return oldest_of("Verifications that run out", tasks, url_for("verifications.index"))


def _statements(person: Actor, runs: list[StatementRun]) -> WorkList:
    """What somebody else has to publish."""
    found = [] if can(person, Permission.PUBLISH_STATEMENTS) else runs_to_publish(runs)
    return latest_first("Statements with a manager", found, url_for("statement_runs.index"))
