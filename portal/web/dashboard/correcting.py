"""What went wrong or stopped half-way."""

from __future__ import annotations

from flask import url_for

from portal.domain.documents.filing.queries.batches import list_batches
from portal.domain.documents.filing.values.batches import BatchState
from portal.domain.documents.library.values.documents import WaitingDocument
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.imports.queries.imports import list_imports
from portal.domain.investments.imports.values.records import ImportState
from portal.domain.investments.statements.values.runs import RunState, StatementRun
from portal.domain.people.investor_accounts.queries import list_unattended_accounts
from portal.platform import outbox
from portal.web.dashboard.worklists import LOOKED_THROUGH, Task, WorkList, latest_first, oldest_of

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


def list_to_correct(person: Actor, runs: list[StatementRun], documents: list[WaitingDocument]) -> tuple[WorkList, ...]:
    """Everything of the kind, of the person's permissions alone."""
    return (
        _imports(person),
        _statements(runs),
        _documents(documents),
        _batches(person),
        _unattended(person),
        _failed(person),
    )


def _imports(person: Actor) -> WorkList:
    may = can(person, Permission.PREPARE_IMPORTS)
    tasks = [
        Task(each.file_name, UNFINISHED[each.state], url_for("imports.show", import_id=each.id), each.created_at)
        for each in (list_imports(person, most=LOOKED_THROUGH) if may else ())
        if each.state in UNFINISHED
    ]
    return latest_first("Imports to finish", tasks, url_for("imports.index"))


def _statements(runs: list[StatementRun]) -> WorkList:
    tasks = [
        Task(
            f"{each.vehicle}, {each.period.label}",
            f"{each.counts.failed} failed",
            url_for("statement_runs.show", run_id=each.id),
            each.created_at,
        )
        for each in runs
        if each.counts.failed and each.state in (RunState.READY, RunState.PREPARING)
    ]
    return latest_first("Statements to mend", tasks, url_for("statement_runs.index"))


def _documents(documents: list[WaitingDocument]) -> WorkList:
    tasks = [
        Task(each.title, each.fault, url_for("handling.show", document_id=each.id), each.created_at)
        for each in documents
        if each.fault
    ]
    return latest_first("Documents to mend", tasks, url_for("documents.index", state="draft"))


def _batches(person: Actor) -> WorkList:
    tasks = [
        Task(each.name, UNFILED[each.state], url_for("filing.show", batch_id=each.id), each.created_at)
        for each in (list_batches(person, most=LOOKED_THROUGH) if can(person, Permission.EDIT_DOCUMENTS) else ())
        if each.state in UNFILED
    ]
    return latest_first("Batches to file", tasks, url_for("filing.index"))


def _unattended(person: Actor) -> WorkList:
    may = can(person, Permission.EDIT_ACCOUNTS)
    tasks = [
        Task(
            each.name, "Nobody acts for it: no investor sees it", url_for("investor_accounts.show", account_id=each.id)
        )
        for each in (list_unattended_accounts(person, most=LOOKED_THROUGH) if may else ())
    ]
    return oldest_of("Accounts without people", tasks, url_for("investor_accounts.index"))


def _failed(person: Actor) -> WorkList:
    count = outbox.count_work().get("dead", 0) if can(person, Permission.SEE_JOBS) else 0
    url = url_for("jobs.index", state="dead")
    tasks = [Task("Jobs that failed for good", f"{count} to look at", url)] if count else []
    return oldest_of("Behind the pages", tasks, url)
