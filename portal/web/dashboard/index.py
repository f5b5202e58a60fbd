"""Home: the portfolio for an investor, the work list for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.filing.queries.batches import list_batches
from portal.domain.documents.filing.values.batches import BatchState
from portal.domain.documents.library.queries.work import list_waiting_documents
from portal.domain.documents.library.values.documents import WaitingDocument
from portal.domain.documents.papers.policies import can_decide
from portal.domain.documents.papers.queries import list_papers
from portal.domain.documents.papers.values import PaperState, Standing
from portal.domain.documents.rooms.queries.rooms import list_rooms
from portal.domain.documents.signing.queries.requests import list_requests
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission, Role
from portal.domain.identity.accounts.queries import find_user_names
from portal.domain.identity.approvals.queries import list_awaited_approvals
from portal.domain.identity.approvals.values import Approval
from portal.domain.investments.imports.queries.imports import list_imports
from portal.domain.investments.imports.values.records import ImportState
from portal.domain.investments.statements.queries.runs import list_statement_runs
from portal.domain.investments.statements.values.runs import RunState, StatementRun
from portal.domain.people.access_review.queries import exists_attestation_in_force
from portal.domain.people.investor_accounts.queries import find_account_names, list_unattended_accounts
from portal.platform import outbox
from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("dashboard", __name__)
RECENT = 50
SHOWN = 5
UNFINISHED = {
    ImportState.UPLOADED: "Choose the columns",
    ImportState.CHECKED: "Look through and post",
    ImportState.FAILED: "Failed: see why",
}

UNFILED = {
    BatchState.RECEIVING: "Parts are missing: send it again",
    BatchState.REVIEW: "Look at each piece and file it",
    BatchState.FAILED: "Not readable: see why",
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this person: what, why, since when, and where it is done."""

    title: str
    what: str
    url: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkList:
    """Tasks of one kind, the newest first; `total` counts those that are not shown too."""

    title: str
    tasks: tuple[Task, ...]
    total: int
    url: str


@blueprint.get("/")
@signed_in_only
def index() -> Response | Redirect:
    """Where one begins."""
    person = actor()
    if not person.roles:  # of staff to be, until somebody has approved it
        return page("dashboard/index/waiting.html")
    if not person.is_staff:
        own = Role.INVESTOR in person.roles
        return redirect(url_for("portfolio.index" if own else "delegations.index"))
    lists = [
        *_approvals(person),
        *_review(person),
        *_imports(person),
        *_runs(person),
        *_signatures(person),
        *_documents(person),
        *_batches(person),
        *_questions(person),
        *_papers(person),
        *_unattended(person),
        *_failed(person),
    ]
    return page("dashboard/index.html", lists=[each for each in lists if each.tasks])


def _approvals(person: Actor) -> list[WorkList]:
    awaited = list_awaited_approvals(person, most=RECENT)
    things = {each.id: _thing_of(each) for each in awaited}
    ids = list(things.values())
    names = {**find_user_names(person, ids), **find_account_names(person, ids)} if ids else {}
    tasks = [
        Task(
            f"{each.kind.title}: {names.get(things[each.id], '–')}",
            f"Asked by {each.maker}: approve or reject",
            url_for("approvals.show", approval_id=each.id),
            each.created_at,
        )
        for each in awaited
    ]
    return [_list("To be decided", tasks, url_for("approvals.index"))]


def _thing_of(approval: Approval) -> UUID:
    """The account or the person a request is about."""
    return UUID(approval.content.get("account") or approval.subject.removeprefix("user:"))


def _review(person: Actor) -> list[WorkList]:
    if not can(person, Permission.ATTEST_ACCESS) or exists_attestation_in_force(person):
        return []
    task = Task("Who can see what", "Look it through and attest it: due once a year", url_for("access_review.attest"))
    return [_list("Access review", [task], url_for("access_review.index"))]


def _imports(person: Actor) -> list[WorkList]:
    if not can(person, Permission.PREPARE_IMPORTS):
        return []
    open_ones = [each for each in list_imports(person, most=RECENT) if each.state in UNFINISHED]
    tasks = [
        Task(each.file_name, UNFINISHED[each.state], url_for("imports.show", import_id=each.id), each.created_at)
        for each in open_ones
    ]
    return [_list("Imports to finish", tasks, url_for("imports.index"))]


def _runs(person: Actor) -> list[WorkList]:
    if not can(person, Permission.PREPARE_STATEMENTS):
        return []
    runs, index_url = list_statement_runs(person, most=RECENT), url_for("statement_runs.index")
    ready = [_run(each, f"{each.counts.ready} ready to publish") for each in runs if each.state is RunState.READY]
    failed = [_run(each, f"{each.counts.failed} failed") for each in runs if each.counts.failed and _open(each)]
    to_approve = "Statements to publish" if can(person, Permission.PUBLISH_STATEMENTS) else "Statements with a manager"
    return [_list(to_approve, ready, index_url), _list("Statements to mend", failed, index_url)]


def _open(run: StatementRun) -> bool:
    return run.state in (RunState.READY, RunState.PREPARING)


def _run(run: StatementRun, what: str) -> Task:
    return Task(
        f"{run.vehicle}, {run.period.label}", what, url_for("statement_runs.show", run_id=run.id), run.created_at
    )


def _documents(person: Actor) -> list[WorkList]:
    if not can(person, Permission.EDIT_DOCUMENTS):
        return []
    waiting, drafts = list_waiting_documents(person, most=RECENT), url_for("documents.index", state="draft")
    faulty = [_document(each, each.fault) for each in waiting if each.fault]
    ready = [_document(each, "Look it through and publish it") for each in waiting if not each.fault]
    to_publish = [_list("Documents to publish", ready, drafts)] if can(person, Permission.PUBLISH_DOCUMENTS) else []
    return [*to_publish, _list("Documents to mend", faulty, drafts)]


def _document(waiting: WaitingDocument, what: str) -> Task:
    return Task(waiting.title, what, url_for("handling.show", document_id=waiting.id), waiting.created_at)


def _signatures(person: Actor) -> list[WorkList]:
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
    return [_list("To sign", tasks, url_for("signatures.index"))]


def _batches(person: Actor) -> list[WorkList]:
    if not can(person, Permission.EDIT_DOCUMENTS):
        return []
    tasks = [
        Task(each.name, UNFILED[each.state], url_for("filing.show", batch_id=each.id), each.created_at)
        for each in list_batches(person, most=RECENT)
        if each.state in UNFILED
    ]
    return [_list("Batches to file", tasks, url_for("filing.index"))]


def _questions(person: Actor) -> list[WorkList]:
    if not can(person, Permission.PUBLISH_DOCUMENTS):
        return []
    tasks = [
        Task(
            each.details.name,
            "1 question waits" if each.questions == 1 else f"{each.questions} questions wait",
            url_for("room_questions.index", room_id=each.id),
        )
        for each in list_rooms(person)
        if each.questions
    ]
    return [_list("Questions to answer", tasks, url_for("rooms.index"))]


def _papers(person: Actor) -> list[WorkList]:
    if not can_decide(person):
        return []
    tasks = [
        Task(
            each.name,
            f"{each.account}: accept it or send it back",
            url_for("received_papers.show", paper_id=each.id),
            each.sent_at,
        )
        for each in list_papers(person, PaperState.SENT, most=RECENT)
        if each.standing is not Standing.RECEIVED
    ]
    return [_list("Papers of investors", tasks, url_for("received_papers.index"))]


def _unattended(person: Actor) -> list[WorkList]:
    if not can(person, Permission.EDIT_ACCOUNTS):
        return []
    tasks = [
        Task(
            each.name, "Nobody acts for it: no investor sees it", url_for("investor_accounts.show", account_id=each.id)
        )
        for each in list_unattended_accounts(person, most=RECENT)
    ]
    return [_list("Accounts without people", tasks, url_for("investor_accounts.index"))]


def _failed(person: Actor) -> list[WorkList]:
    count = outbox.count_work().get("dead", 0) if can(person, Permission.SEE_JOBS) else 0
    url = url_for("jobs.index", state="dead")
    tasks = [Task("Jobs that failed for good", f"{count} to look at", url)] if count else []
    return [_list("Behind the pages", tasks, url)]


def _list(title: str, tasks: list[Task], url: str) -> WorkList:
    return WorkList(title, tuple(tasks[:SHOWN]), len(tasks), url)
