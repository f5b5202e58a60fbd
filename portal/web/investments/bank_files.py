"""Bank files: statements of the firm's accounts, read in so that payments are matched."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Regexp

from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.imports.values.tables import DateFormat
from portal.domain.investments.payments.policies import can_prepare
from portal.domain.investments.payments.queries.bank_files import (
    count_lines,
    get_bank_file,
    list_bank_files,
    list_file_lines,
)
from portal.domain.investments.payments.services.statements import read_statement, set_aside, take_up
from portal.domain.investments.payments.values.receipts import LineState
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.import_forms import DATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import ngettext

blueprint = Blueprint("bank_files", __name__, url_prefix="/investments/bank-files")
MOST = 50
S = LineState
STATES = {
    S.OPEN: ("to match", "warn"),
    S.WAITING: ("waits for approval", "info"),
    S.MATCHED: ("matched", "good"),
    S.ASIDE: ("set aside", None),
}


class StatementForm(Form):
    """A bank's file, and what it may not say itself."""

    file = FileField("Bank statement", [FileRequired("Choose the file of your bank.")])
    currency = StringField(
        "Currency",
        [
            InputRequired("Enter the currency of the account, such as USD."),
            Regexp(r"^\s*[A-Za-z]{3}\s*$", message="Three letters, such as USD."),
        ],
        default="USD",
    )
    dates = SelectField("Dates are written", choices=choices_of(DATES))


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """All bank files, the newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_bank_files(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.read_at.isoformat(), each.id))
    next_url = url_for("bank_files.index", cursor=found.next) if found.next else None
    return page(
        "investments/bank_files/index.html", files=found.items, next_url=next_url, may_read=can_prepare(actor())
    )


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
def new() -> Response:
    """The form."""
    return page("investments/bank_files/new.html", form=StatementForm(formdata=None))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """Read a file in, or the form again with what to mend."""
    form = StatementForm()
    if form.validate():
        file, currency = form.file.data, (form.currency.data or "").strip().upper()
        try:
            outcome = read_statement(
                actor(),
                name=file.filename or "",
                content=file.read(),
                currency=currency,
                dates=DateFormat(form.dates.data),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            told = ngettext("%(num)s new movement was taken.", "%(num)s new movements were taken.", outcome.taken)
            flash(" ".join([str(told), *outcome.notes]), "good")
            return redirect(url_for("bank_files.show", bank_file_id=outcome.file_id), 303)
    return page("investments/bank_files/new.html", 422, form=form)


@blueprint.get("/<uuid:bank_file_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(bank_file_id: UUID) -> Response:
    """A file's movements, each with where it stands."""
    file = get_bank_file(actor(), bank_file_id)
    after = decode_cursor(request.args["cursor"], int)[0] if "cursor" in request.args else 0
    rows = list_file_lines(actor(), bank_file_id, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each[0],))
    return page(
        "investments/bank_files/show.html",
        file=file,
        lines=found.items,
        counts=count_lines(actor(), bank_file_id),
        states=STATES,
        may_match=can_prepare(actor()),
        next_url=url_for("bank_files.show", bank_file_id=bank_file_id, cursor=found.next) if found.next else None,
        history=list_history(actor(), f"bank_file:{bank_file_id}"),
    )


@blueprint.post("/lines/<uuid:bank_line_id>/aside")
@requires(Permission.PREPARE_MONEY)
def put_aside(bank_line_id: UUID) -> Redirect:
    """Set a payment aside that is nobody's of the investors."""
    set_aside(actor(), bank_line_id, note=request.form.get("note", "")[:500])
    flash("The payment is set aside. It can be taken up again from its bank file.", "good")
    return redirect(url_for("bank_files.index"), 303)


@blueprint.post("/lines/<uuid:bank_line_id>/take-up")
@requires(Permission.PREPARE_MONEY)
def take(bank_line_id: UUID) -> Redirect:
    """Put a payment back among those to match."""
    take_up(actor(), bank_line_id)
    flash("The payment is to be matched again.", "good")
    return redirect(url_for("bank_files.index"), 303)
