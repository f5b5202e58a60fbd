"""Allocations of a vehicle's tax year: imported or entered, looked through, approved, issued."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.tax_forms.errors import SheetRefused
from portal.domain.investments.tax_forms.policies import can_propose
from portal.domain.investments.tax_forms.queries.reviews import get_review, get_sheet
from portal.domain.investments.tax_forms.queries.runs import get_tax_run, list_allocations
from portal.domain.investments.tax_forms.services.preparing import discard_tax_run, propose_tax_run
from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, LAYOUTS, BoxKind, Layout
from portal.domain.investments.tax_forms.values.incomes import name_income
from portal.domain.investments.tax_forms.values.runs import Allocation
from portal.platform.errors import DomainError
from portal.platform.ids import name_key
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.tax_run_forms import TaxRunForm
from portal.web.investments.tax_words import STAGES, STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("tax_runs", __name__, url_prefix="/investments/tax-runs")
MOST = 50
SHOWN = 6  # boxes that stand beside each other; the others open
P = Permission


@blueprint.get("/new")
@requires(P.PREPARE_MONEY)
def new() -> Response:
    """The form."""
    chosen = {name: request.args[name] for name in ("vehicle", "tax_year", "kind") if name in request.args}
    form = TaxRunForm(formdata=None, data=chosen).offer(actor())
    return page("investments/tax_runs/new.html", form=form, problems=())


@blueprint.post("")
@requires(P.PREPARE_MONEY)
def create() -> Response | Redirect:
    """A draft to look through, or the form again with what to mend."""
    form = TaxRunForm().offer(actor())
    problems: tuple[tuple[int, str, str], ...] = ()
    if form.validate():
        try:
            return redirect(url_for("tax_runs.show", tax_run_id=form.prepare(actor())), 303)
        except SheetRefused as error:
            problems = error.problems
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
    return page("investments/tax_runs/new.html", 422, form=form, problems=problems)


@blueprint.get("/<uuid:tax_run_id>")
@requires(P.SEE_ALL_PORTFOLIOS)
def show(tax_run_id: UUID) -> Response:
    """What each account's form says, whether it comes to the vehicle's totals, and what became of it."""
    run, person = get_tax_run(actor(), tax_run_id), actor()
    layout = LAYOUTS[run.kind, run.tax_year]
    place = decode_cursor(request.args["cursor"], str, str) if "cursor" in request.args else ("", "")
    rows = list_allocations(person, run.id, after=(place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (name_key(each.account), each.income))
    more = url_for("tax_runs.show", tax_run_id=run.id, cursor=found.next)
    return page(
        "investments/tax_runs/show.html",
        run=run,
        layout=layout,
        codes=sorted(run.totals, key=lambda code: not code[0].isdigit())[:SHOWN],
        totals={code: Decimal(value) for code, value in run.totals.items()},
        amounts={each.key: _amounts(layout, each) for each in found.items},
        review=get_review(person, run),
        rows=found.items,
        next_url=more if found.next else None,
        names=FORM_NAMES,
        name_income=name_income,
        states=STATES,
        stages=STAGES,
        may_prepare=can_propose(person, run.state),
        history=list_history(person, f"tax_run:{run.id}") if can(person, P.SEE_ALL_PORTFOLIOS) else (),
    )


def _amounts(layout: Layout, row: Allocation) -> dict[str, Decimal]:
    boxes = ((layout.find(code), code, value) for code, value in row.boxes.items())
    return {code: Decimal(value) for box, code, value in boxes if box is not None and box.kind is BoxKind.AMOUNT}


@blueprint.post("/<uuid:tax_run_id>/propose")
@requires(P.PREPARE_MONEY)
def propose(tax_run_id: UUID) -> Redirect:
    """Ask somebody else to approve it."""
    propose_tax_run(actor(), tax_run_id)
    flash("Another manager decides it now; nobody outside the firm sees anything before.", "good")
    return redirect(url_for("tax_runs.show", tax_run_id=tax_run_id), 303)


@blueprint.post("/<uuid:tax_run_id>/discard")
@requires(P.PREPARE_MONEY)
def discard(tax_run_id: UUID) -> Redirect:
    """Throw a draft away."""
    run = get_tax_run(actor(), tax_run_id)
    discard_tax_run(actor(), tax_run_id)
    flash("The draft is thrown away. Nobody but the firm saw it.", "good")
    return redirect(url_for("tax_seasons.show", vehicle_id=run.vehicle_id, tax_year=run.tax_year), 303)


@blueprint.get("/<uuid:tax_run_id>/export.<kind>")
@requires(P.SEE_ALL_PORTFOLIOS)
@fresh_file
def export(tax_run_id: UUID, kind: str) -> Response:
    """The sheet that gives these allocations when it is imported again."""
    run = get_tax_run(actor(), tax_run_id)
    columns, lines = get_sheet(actor(), run)
    return export_rows(kind, f"tax-forms-{run.tax_year}-{run.kind.value}", columns, [list(line) for line in lines])
