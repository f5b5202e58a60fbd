"""Statement runs: prepared for everybody who holds a vehicle, looked through, published."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, StringField
from wtforms.validators import Length

from portal.domain.identity.access.values import Permission
from portal.domain.identity.approvals.policies import can_read
from portal.domain.identity.approvals.queries import find_open_approval, list_open_subjects
from portal.domain.identity.approvals.values import STATEMENT_PUBLICATION
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.statements.errors import RunOutdated, RunOutOfBalance, StatementsNameOthers
from portal.domain.investments.statements.queries.funds import exists_later_journal, get_tie_out
from portal.domain.investments.statements.queries.namings import list_run_namings
from portal.domain.investments.statements.queries.runs import (
    find_neighbours,
    get_release,
    get_statement_run,
    list_run_problems,
    list_statement_runs,
)
from portal.domain.investments.statements.queries.statements import get_statement, list_run_statements
from portal.domain.investments.statements.services.publishing import request_publication
from portal.domain.investments.statements.services.running import (
    cancel_statement_run,
    retry_statements,
    start_statement_run,
)
from portal.domain.investments.statements.values.periods import Frequency, Period
from portal.domain.investments.statements.values.runs import RunProblem, RunState, StatementRun, subject_of
from portal.platform import clock
from portal.platform.errors import DomainError, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.statement_twin import statement_twin
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.session import actor
from portal.web.toolkit.vehicle_field import VehicleField

blueprint = Blueprint("statement_runs", __name__, url_prefix="/investments/statement-runs")
MOST = 50
OFFERED = {Frequency.QUARTER: 12, Frequency.MONTH: 13}


class RunForm(Form):
    """Of what, of when, and for a correction why."""

    vehicle = VehicleField()
    period = SelectField("Period")
    reason = StringField("Reason of the correction", [Length(max=500)])


@blueprint.get("")
@requires(Permission.PREPARE_STATEMENTS)
def index() -> Response:
    """All runs, newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_statement_runs(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.created_at.isoformat(), each.id))
    next_url = url_for("statement_runs.index", cursor=found.next) if found.next else None
    waiting = list_open_subjects(actor(), STATEMENT_PUBLICATION.name, [subject_of(each.id) for each in found.items])
    return page(
        "investments/statement_runs/index.html",
        runs=[(each, subject_of(each.id) in waiting) for each in found.items],
        next_url=next_url,
    )


@blueprint.get("/new")
@requires(Permission.PREPARE_STATEMENTS)
def new() -> Response:
    """The form, with the quarter that ended last."""
    last = Period.last_ended(clock.today(), Frequency.QUARTER)
    given = {"vehicle": request.args.get("vehicle"), "period": request.args.get("period", last.key)}
    return page("investments/statement_runs/new.html", form=_offer(RunForm(formdata=None, data=given)))


@blueprint.post("")
@requires(Permission.PREPARE_STATEMENTS)
def create() -> Response | Redirect:
    """Start a run, or the form again with what to mend."""
    form = _offer(RunForm())
    if form.validate():
        period = Period.parse(form.period.data)
        try:
            run_id = start_statement_run(actor(), UUID(form.vehicle.data), period, reason=form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("statement_runs.show", run_id=run_id), 303)
    return page("investments/statement_runs/new.html", 422, form=form)


def _offer(form: RunForm) -> RunForm:
    form.vehicle.offer(actor())
    form.period.choices = [(period.key, period.label) for period in _periods()]
    return form


def _periods() -> list[Period]:
    """The periods offered: the quarters of three years, then the months of one."""
    periods = []
    for frequency, count in OFFERED.items():
        period = Period.last_ended(clock.today(), frequency)
        for _ in range(count):
            periods.append(period)
            period = period.preceding()
    return periods


@blueprint.get("/<uuid:run_id>")
@requires(Permission.PREPARE_STATEMENTS)
def show(run_id: UUID) -> Response:
    """How a run stands: progress, what failed and why, everybody's statement."""
    run, search = get_statement_run(actor(), run_id), request.args.get("search", "").strip()
    place = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else None
    after = None if place is None else (place[0], place[1])
    rows = list_run_statements(actor(), run_id, search=search, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.place[1], each.id))
    failed = _failed(run)
    waiting = find_open_approval(actor(), STATEMENT_PUBLICATION.name, subject_of(run_id))
    here: dict[str, Any] = {name: request.args.get(name) for name in ("search", "cursor", "failed")}
    here["run_id"] = run_id
    return page(
        "investments/statement_runs/show.html",
        run=run,
        statements=found.items,
        search=search,
        problems=failed.items,
        next_problems=url_for("statement_runs.show", **here | {"failed": failed.next}) if failed.next else None,
        next_url=url_for("statement_runs.show", **here | {"cursor": found.next}) if found.next else None,
        history=list_history(actor(), subject_of(run_id)),
        waiting=waiting,
        may_read_request=waiting is not None and can_read(actor(), STATEMENT_PUBLICATION, waiting.maker_id),
        outdated=run.state is RunState.READY and exists_later_journal(actor(), run_id),
    )


def _failed(run: StatementRun) -> Page[RunProblem]:
    """A page of what failed in a run, and why."""
    place = decode_cursor(request.args["failed"], str, UUID) if "failed" in request.args else ("", UUID(int=0))
    rows = list_run_problems(actor(), run.id, after=(place[0], place[1]), most=MOST + 1) if run.counts.failed else []
    return Page(rows, MOST, lambda each: (each.account, each.statement_id))


@blueprint.get("/<uuid:run_id>/_progress")
@requires(Permission.PREPARE_STATEMENTS)
def progress(run_id: UUID) -> Response:
    """The bar alone, asked for each second until all is done."""
    return fragment("investments/statement_runs/_progress.html", run=get_statement_run(actor(), run_id))


@blueprint.get("/<uuid:run_id>/statements/<uuid:statement_id>")
@requires(Permission.PREPARE_STATEMENTS)
def review(run_id: UUID, statement_id: UUID) -> Response:
    """What one account would get, with the ones before and after it."""
    statement = get_statement(actor(), statement_id)
    if statement.summary.run_id != run_id:
        raise NotFound
    before, after = find_neighbours(actor(), run_id, statement_id)
    return page(
        "investments/statement_runs/review.html",
        **statement_twin(statement),
        before=before,
        after=after,
    )


@blueprint.post("/<uuid:run_id>/retry")
@requires(Permission.PREPARE_STATEMENTS)
def retry(run_id: UUID) -> Redirect:
    """Prepare what failed anew, or one of it."""
    count = retry_statements(actor(), run_id, statement_id=request.form.get("statement", type=UUID))
    flash("One statement is prepared anew." if count == 1 else f"{count} statements are prepared anew.", "info")
    return redirect(url_for("statement_runs.show", run_id=run_id), 303)


@blueprint.get("/<uuid:run_id>/cancel")
@requires(Permission.PREPARE_STATEMENTS)
def confirm_cancel(run_id: UUID) -> Response:
    """What cancelling means."""
    return page("investments/statement_runs/cancel.html", run=get_statement_run(actor(), run_id))


@blueprint.post("/<uuid:run_id>/cancel")
@requires(Permission.PREPARE_STATEMENTS)
def cancel(run_id: UUID) -> Redirect:
    """Give the run up."""
    cancel_statement_run(actor(), run_id)
    flash("The run is cancelled. Nobody saw its statements, and their files are being deleted.", "good")
    return redirect(url_for("statement_runs.index"), 303)


@blueprint.get("/<uuid:run_id>/publish")
@requires(Permission.PREPARE_STATEMENTS)
def confirm_publish(run_id: UUID) -> Response:
    """What publishing will do, and whether the fund ties out, before anybody is asked to approve it."""
    run = get_statement_run(actor(), run_id)
    return _confirm(run)


@blueprint.post("/<uuid:run_id>/publish")
@requires(Permission.PREPARE_STATEMENTS)
def publish(run_id: UUID) -> Response | Redirect:
    """Ask for what is ready to be published, or see the question again where others are named and nothing was said of
    it, or the fund does not tie out."""
    quietly, reason = "quietly" in request.form, request.form.get("reason", "")
    try:
        request_publication(actor(), run_id, tell=not quietly, reason=reason)
    except StatementsNameOthers as refusal:
        return _confirm(get_statement_run(actor(), run_id), 422, problem=refusal.message)
    except (RunOutOfBalance, RunOutdated):
        return _confirm(get_statement_run(actor(), run_id), 422)
    flash("A manager decides it now, other than you and who started the run. Investors see nothing until then.", "good")
    return redirect(url_for("statement_runs.show", run_id=run_id), 303)


def _confirm(run: StatementRun, status: int = 200, *, problem: str = "") -> Response:
    ready = run.state is RunState.READY and bool(run.counts.ready)
    return page(
        "investments/statement_runs/publish.html",
        status,
        run=run,
        release=get_release(actor(), run.id) if ready else None,
        ties=get_tie_out(actor(), run.id) if ready else None,
        namings=list_run_namings(actor(), run.id) if ready else [],
        problem=problem,
        typed=request.form,
    )
