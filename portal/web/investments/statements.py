"""Statements: the list, each as a page with the figures of its PDF, and the PDF."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.identity.access.values import Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.firms.queries import get_firm
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.statements.queries.statements import (
    get_statement,
    get_statement_figures,
    get_statement_file,
    list_published_statements,
    list_statement_choices,
)
from portal.domain.investments.statements.services.sheets import give_statement_sheet
from portal.domain.investments.statements.values.statements import StatementFilter, file_name
from portal.platform.file_links import Thing
from portal.platform.pagination import Page, decode_cursor
from portal.platform.ratelimit import Call
from portal.platform.resources import resources
from portal.platform.storage.interface import NEVER_CACHED, attachment
from portal.printing.statement_sheets import write_statement_sheet
from portal.web.investments.statement_twin import statement_twin
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.exports import XLSX
from portal.web.toolkit.page import page
from portal.web.toolkit.sending import led_to_file
from portal.web.toolkit.session import actor

blueprint = Blueprint("statements", __name__, url_prefix="/investments/statements")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 50


def _year(text: str) -> int:
    """A year of the calendar; ValueError, and so no filter, for any other number."""
    return date.fromisoformat(f"{text:0>4}-01-01").year


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Published statements, latest period first."""
    chosen = {name: request.args[name] for name in ("account", "vehicle", "year") if request.args.get(name)}
    criteria = StatementFilter(
        account_id=request.args.get("account", type=UUID),
        vehicle_id=request.args.get("vehicle", type=UUID),
        year=request.args.get("year", type=_year),
    )
    on, account, vehicle, last = (
        decode_cursor(request.args["cursor"], date, str, str, UUID) if "cursor" in request.args else (None,) * 4
    )
    after = None if on is None else (on, account, vehicle, last)
    rows = list_published_statements(actor(), criteria, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: each.place)
    choices = list_statement_choices(actor())
    return page(
        "investments/statements/index.html",
        statements=found.items,
        choices=choices,
        years=[(year, str(year)) for year in choices.years],
        chosen=chosen,
        next_url=url_for("statements.index", **chosen, cursor=found.next) if found.next else None,  # type: ignore[arg-type]  # url_for takes any text
    )


@blueprint.get("/<uuid:statement_id>")
@requires_any(*READERS)
def show(statement_id: UUID) -> Response:
    """A statement with the figures of its PDF, each of which opens."""
    person, statement = actor(), get_statement(actor(), statement_id)
    things = (f"statement:{statement_id}", f"statement_run:{statement.summary.run_id}")
    history = list_history(person, *things) if person.is_staff else None
    return page("investments/statements/show.html", history=history, **statement_twin(statement))


@blueprint.get("/<uuid:statement_id>/figures.json")
@requires_any(*READERS)
def figures_download(statement_id: UUID) -> Response:
    """The figures as the file whose digest is printed on the PDF."""
    resources().limiter.count_call(Call.EXPORT, str(actor().user_id))
    found = get_statement_figures(actor(), statement_id)
    record_act(actor().user_id, "statement.download", f"statement:{statement_id}", file="json")
    return _file(f"{found.name}.json", found.content, "application/json")


@blueprint.get("/<uuid:statement_id>/figures.xlsx")
@requires_any(*READERS)
def sheet_download(statement_id: UUID) -> Response:
    """The statement as a spreadsheet, its nine columns side by side."""
    resources().limiter.count_call(Call.EXPORT, str(actor().user_id))
    statement, firm = get_statement(actor(), statement_id), get_firm(actor().firm_id)
    verify_at = f"{resources().settings.public_url}/verify/{firm.slug}"
    content = write_statement_sheet(statement.snapshot, statement.figures_digest, verify_at)
    give_statement_sheet(actor(), statement_id, digest=hashlib.sha256(content).hexdigest())
    name = file_name(statement.summary.number, statement.summary.vehicle).removesuffix(".pdf")
    return _file(f"{name}.xlsx", content, XLSX)


def _file(name: str, content: bytes, kind: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Cache-Control"] = NEVER_CACHED
    return response


@blueprint.get("/<uuid:statement_id>/download")
@requires_any(*READERS)
def download(statement_id: UUID) -> Redirect:
    """Off to the PDF, by a link that is good for a minute."""
    get_statement_file(actor(), statement_id)
    record_act(actor().user_id, "statement.download", f"statement:{statement_id}")
    return led_to_file(Thing.STATEMENT, statement_id)
