"""What waits for this person's decision."""

from __future__ import annotations

from uuid import UUID

from flask import url_for

from portal.domain.documents.library.values.documents import WaitingDocument
from portal.domain.documents.papers.policies import can_decide
from portal.domain.documents.papers.queries import list_papers
from portal.domain.documents.papers.values import PaperState, Standing
from portal.domain.documents.signing.queries.requests import list_requests
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.identity.approvals.queries import list_awaited_approvals
from portal.domain.identity.approvals.values import Approval
from portal.domain.investments.eligibility.queries import list_waiting_verifications
from portal.domain.investments.statements.values.runs import StatementRun
from portal.domain.investments.subscriptions.queries.subscriptions import list_subscriptions
from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from portal.domain.investments.tax_forms.queries.runs import find_tax_run_names
from portal.domain.people.access_review.queries import exists_attestation_in_force
from portal.domain.people.investor_accounts.queries import find_account_names
from portal.web.dashboard.worklists import LOOKED_THROUGH, Task, WorkList, latest_first, oldest_of, runs_to_publish
from portal.web.toolkit.verification_names import VERIFICATIONS


def list_to_approve(person: Actor, runs: list[StatementRun], documents: list[WaitingDocument]) -> tuple[WorkList, ...]:
    """Everything of the kind, of the person's permissions alone."""
    return (
        _approvals(person),
        _subscriptions(person),
        _verifications(person),
        _papers(person),
        _statements(person, runs),
        _documents(person, documents),
        _signatures(person),
        _review(person),
    )


def _approvals(person: Actor) -> WorkList:
    awaited = list_awaited_approvals(person, most=LOOKED_THROUGH)
    things = {each.id: _thing_of(each) for each in awaited}
    ids = list(things.values())
    names = {**find_user_names(person, ids), **find_account_names(person, ids)} if ids else {}
    if ids and can(person, Permission.SEE_ALL_PORTFOLIOS):
        names |= find_tax_run_names(person, ids)
    tasks = [
        Task(
            f"{each.kind.title}: {each.content.get('name') or names.get(things[each.id], '–')}",
            f"Asked by {each.maker}: approve or reject",
            url_for("approvals.show", approval_id=each.id),
            each.created_at,
        )
        for each in awaited
    ]
    return latest_first("To be decided", tasks, url_for("approvals.index"))


def _thing_of(approval: Approval) -> UUID:
    """The account, the person or the thing a request is about."""
    return UUID(approval.content.get("account") or approval.subject.partition(":")[2])


def _subscriptions(person: Actor) -> WorkList:
    may, submitted = can(person, Permission.APPROVE_OFFERINGS), (SubscriptionState.SUBMITTED,)
    tasks = [
        Task(
            f"{each.account}, {each.opportunity}",
            "Accept, scale back or send back",
            url_for("subscriptions.show", subscription_id=each.id),
            each.at,
        )
        for each in (list_subscriptions(person, most=LOOKED_THROUGH, states=submitted) if may else ())
    ]
    return latest_first("Subscriptions", tasks, url_for("subscriptions.index"))


def _verifications(person: Actor) -> WorkList:
    tasks = [
        Task(
            f"{VERIFICATIONS[each.kind]}: {each.account}",
            "Look at the evidence and decide",
            url_for("verifications.show", verification_id=each.id),
            each.asked_at,
        )
        for each in (list_waiting_verifications(person) if can(person, Permission.VERIFY_INVESTORS) else ())
    ]
    return oldest_of("Verifications", tasks, url_for("verifications.index"))


def _papers(person: Actor) -> WorkList:
    tasks = [
        Task(
            each.name,
            f"{each.account}: accept it or send it back",
            url_for("received_papers.show", paper_id=each.id),
            each.sent_at,
        )
        for each in (list_papers(person, PaperState.SENT, most=LOOKED_THROUGH) if can_decide(person) else ())
        if each.standing is not Standing.RECEIVED
    ]
    return oldest_of("Papers of investors", tasks, url_for("received_papers.index"))


def _statements(person: Actor, runs: list[StatementRun]) -> WorkList:
    found = runs_to_publish(runs) if can(person, Permission.PUBLISH_STATEMENTS) else []
    return latest_first("Statements to publish", found, url_for("statement_runs.index"))


def _documents(person: Actor, documents: list[WaitingDocument]) -> WorkList:
    tasks = [
        Task(
            each.title,
            "Look it through and publish it",
            url_for("handling.show", document_id=each.id),
            each.created_at,
        )
        for each in (documents if can(person, Permission.PUBLISH_DOCUMENTS) else ())
        if not each.fault
    ]
    return latest_first("Documents to publish", tasks, url_for("documents.index", state="draft"))


def _signatures(person: Actor) -> WorkList:
    tasks = [
        Task(
            each.title,
            f"Asked by {each.sender or 'the firm'}: sign or decline",
            url_for("signatures.show", envelope_id=each.envelope_id),
            each.asked_at,
        )
        for each in list_requests(person)
        if each.is_open
    ]
    return latest_first("To sign", tasks, url_for("signatures.index"))


def _review(person: Actor) -> WorkList:
    due = can(person, Permission.ATTEST_ACCESS) and not exists_attestation_in_force(person)
    task = Task("Who can see what", "Look it through and attest it: due once a year", url_for("access_review.attest"))
    return oldest_of("Access review", [task] if due else [], url_for("access_review.index"))
