"""Bank files: statements of the firm's accounts, read in so that payments are matched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from json import dumps, loads
from typing import Any, Self
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp

from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.imports.values.tables import DateFormat
from portal.domain.investments.payments.errors import UnknownColumns
from portal.domain.investments.payments.policies import can_prepare
from portal.domain.investments.payments.queries.bank_files import (
    count_lines,
    get_bank_file,
    list_bank_files,
    list_file_lines,
)
from portal.domain.investments.payments.queries.bank_layouts import list_bank_accounts
from portal.domain.investments.payments.services.statements import read_statement, set_aside, take_up
from portal.domain.investments.payments.values.bank_lines import CHOSEN
from portal.domain.investments.payments.values.receipts import LineState, ReadOutcome
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
MOST_COLUMNS = 200
MOST_ACCOUNTS = 100
S = LineState
STATES = {
    S.OPEN: ("to match", "warn"),
    S.WAITING: ("waits for approval", "info"),
    S.MATCHED: ("matched", "good"),
    S.ASIDE: ("set aside", None),
}


NO_ACCOUNT = SelectChoice("", "None of the accounts that calls are paid to")
NO_COLUMN = SelectChoice("", "–")


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
    account = SelectField("Of the account", choices=[], default="")
    search, searches = "", False

    def offer(self) -> Self:
        """Let the file be of one of the firm's accounts: of the first, or of those that the address searches for."""
        self.search = request.args.get("search", "").strip()
        found = list_bank_accounts(actor(), search=self.search, most=MOST_ACCOUNTS + 1)
        self.searches = bool(self.search) or len(found) > MOST_ACCOUNTS
        named = [SelectChoice(str(each), name) for each, name in found[:MOST_ACCOUNTS]]
        self.account.choices = [NO_ACCOUNT, *named]
        return self

    @property
    def account_id(self) -> UUID | None:
        """The account that was chosen."""
        return UUID(self.account.data) if self.account.data else None

    def layout(self) -> dict[str, str] | None:
        """Which columns hold what; None where nobody was asked."""
        return None


class ColumnsForm(StatementForm):
    """A bank's file whose columns have other names than those that are known, with what they hold."""

    file = FileField("The same file again", [FileRequired("Choose the file again: it is kept only once it is read.")])
    header = HiddenField()
    booked_on = SelectField("Date", validate_choice=False)
    amount = SelectField("Amount", validate_choice=False)
    credit = SelectField("Or: what came in", validate_choice=False)
    debit = SelectField("And what went out", validate_choice=False)
    reference = SelectField("Reference", validate_choice=False)
    payer = SelectField("Payer", validate_choice=False)

    def name_columns(self, header: Sequence[str]) -> Self:
        """Let each field be one of these columns."""
        self.header.data = dumps(list(header))
        for name in CHOSEN:
            self[name].choices = [NO_COLUMN, *(SelectChoice(each, each) for each in header if each)]
        return self

    def validate_booked_on(self, field: Any) -> None:
        """Without a day a payment is not booked."""
        if not field.data:
            raise ValidationError("Choose the column of the dates.")

    def validate_amount(self, field: Any) -> None:
        """One column with signs, or one of what came in."""
        if bool(field.data) == bool(self.credit.data or self.debit.data):
            raise ValidationError("Choose the column of the amounts, or those of what came in and went out.")

    def layout(self) -> dict[str, str] | None:
        """Which columns hold what."""
        return {name: self[name].data for name in CHOSEN if self[name].data}


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
    form = StatementForm(formdata=None).offer()
    return page("investments/bank_files/new.html", form=form)


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """Read a file in; or the form again with what to mend, or that which asks which columns hold what."""
    form = _form_of(request.form.get("header", "")).offer()
    if form.validate():
        try:
            outcome = _read(form)
        except UnknownColumns as error:
            form = ColumnsForm().offer().name_columns(error.header)
            form.refuse(error)
        except DomainError as error:
            form.refuse(error)
        else:
            told = ngettext("%(num)s new movement was taken.", "%(num)s new movements were taken.", outcome.taken)
            flash(" ".join([str(told), *outcome.notes]), "good")
            return redirect(url_for("bank_files.show", bank_file_id=outcome.file_id), 303)
    asks = isinstance(form, ColumnsForm)
    return page("investments/bank_files/columns.html" if asks else "investments/bank_files/new.html", 422, form=form)


def _form_of(header: str) -> StatementForm:
    """The form that was sent: one that names columns says which there were."""
    if not header:
        return StatementForm()
    try:
        return ColumnsForm().name_columns([str(each) for each in loads(header)][:MOST_COLUMNS])
    except (ValueError, TypeError):
        return StatementForm()


def _read(form: StatementForm) -> ReadOutcome:
    file = form.file.data
    return read_statement(
        actor(),
        name=file.filename or "",
        content=file.read(),
        currency=(form.currency.data or "").strip().upper(),
        dates=DateFormat(form.dates.data),
        account_id=form.account_id,
        layout=form.layout(),
    )


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
