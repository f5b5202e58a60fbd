"""Payment files: made from approved distributions, taken to the bank, carried out; payments that came back."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.payments.policies import can_prepare
from portal.domain.investments.payments.queries.payouts import (
    get_payment_file,
    get_payout_preview,
    list_outgoing,
    list_payment_files,
)
from portal.domain.investments.payments.services.payouts import (
    make_payment_file,
    note_return_file,
    note_returns,
    open_payment_file,
    settle_payment_file,
)
from portal.domain.investments.payments.values.payouts import RETURN_REASONS, FileFormat, PaymentReturn
from portal.platform import clock
from portal.platform.errors import DomainError, Invalid, NotFound
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.payment_words import FORMATS, OUTGOING_STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh, fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor
from portal.web.toolkit.translation import ngettext

blueprint = Blueprint("payment_files", __name__, url_prefix="/investments/payment-files")
MOST = 50


class FileForm(Form):
    """Which kind of file, paid when."""

    format = SelectField("Kind of file", choices=choices_of(FORMATS))
    pay_on = DateField("Payment day", [InputRequired("Say on which day the bank is to pay.")])


class ReturnsForm(Form):
    """Payments that came back: a file, or one by hand."""

    file = FileField("Return file of the bank")
    code = StringField("Or one payment", [Length(max=20)])
    reason = StringField("Return code", [Length(max=4)])


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """All files, the newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_payment_files(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.made_at.isoformat(), each.id))
    return page(
        "investments/payment_files/index.html",
        files=found.items,
        formats=FORMATS,
        form=ReturnsForm(formdata=None),
        may_note=can_prepare(actor()),
        next_url=url_for("payment_files.index", cursor=found.next) if found.next else None,
    )


@blueprint.get("/new")
@requires(Permission.APPROVE_MONEY)
@fresh
def new() -> Response:
    """Whom a file would pay of a distribution, and whom not."""
    chosen = request.args.get("format")
    format_ = FileFormat(chosen) if chosen in set(FileFormat) else FileFormat.NACHA
    return _preview(format_, FileForm(formdata=None, data={"format": format_.value, "pay_on": clock.today()}))


@blueprint.post("")
@requires(Permission.APPROVE_MONEY)
@fresh
def create() -> Response | Redirect:
    """Make the file, or see again why it cannot be made."""
    form = FileForm()
    if form.validate():
        format_ = FileFormat(form.format.data)
        try:
            made = make_payment_file(actor(), _distribution(), format_, pay_on=form.pay_on.data)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The file is made. Download it and take it to the bank.", "good")
            return redirect(url_for("payment_files.show", payment_file_id=made), 303)
    chosen = form.format.data
    return _preview(FileFormat(chosen) if chosen in set(FileFormat) else FileFormat.NACHA, form, 422)


def _distribution() -> UUID:
    found = read_id(request.values, "distribution")
    if found is None:
        raise NotFound
    return found


def _preview(format_: FileFormat, form: FileForm, status: int = 200) -> Response:
    preview = get_payout_preview(actor(), _distribution(), format_)
    return page(
        "investments/payment_files/new.html",
        status,
        preview=preview,
        form=form,
        formats=FORMATS,
        is_maker=preview.made_by_id == actor().user_id,
        lacks_origin=not preview.has_origin,
    )


@blueprint.get("/<uuid:payment_file_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(payment_file_id: UUID) -> Response:
    """A file with its payments."""
    after = decode_cursor(request.args["cursor"], int)[0] if "cursor" in request.args else 0
    rows = list_outgoing(actor(), payment_file_id, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.place,))
    more = url_for("payment_files.show", payment_file_id=payment_file_id, cursor=found.next) if found.next else None
    return page(
        "investments/payment_files/show.html",
        file=get_payment_file(actor(), payment_file_id),
        payments=found.items,
        formats=FORMATS,
        states=OUTGOING_STATES,
        reasons=RETURN_REASONS,
        may_open=can(actor(), Permission.APPROVE_MONEY),
        next_url=more,
        history=list_history(actor(), f"payment_file:{payment_file_id}"),
    )


@blueprint.get("/<uuid:payment_file_id>/export")
@requires(Permission.APPROVE_MONEY)
@fresh_file
def export(payment_file_id: UUID) -> Response:
    """The file, to take to the bank."""
    file = get_payment_file(actor(), payment_file_id)
    content = open_payment_file(actor(), payment_file_id)
    return send_file(
        BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=file.name
    )  # fmt: skip


@blueprint.post("/<uuid:payment_file_id>/settle")
@requires(Permission.APPROVE_MONEY)
@fresh
def settle(payment_file_id: UUID) -> Redirect:
    """Note that the bank carried a file out."""
    count = settle_payment_file(actor(), payment_file_id)
    flash(str(ngettext("%(num)s payment is paid.", "%(num)s payments are paid.", count)), "good")
    return redirect(url_for("payment_files.show", payment_file_id=payment_file_id), 303)


@blueprint.post("/returns")
@requires(Permission.PREPARE_MONEY)
def note() -> Response | Redirect:
    """Note payments that came back, of a file or one by hand."""
    form = ReturnsForm()
    try:
        if not form.validate():
            raise Invalid
        count = _note(form)
    except DomainError as error:
        form.refuse(error)
        return page(
            "investments/payment_files/index.html", 422, files=list_payment_files(actor()), formats=FORMATS, form=form,
            may_note=True, next_url=None,
        )  # fmt: skip
    told = ngettext("%(num)s payment came back.", "%(num)s payments came back.", count)
    flash(f"{told} It can be paid by another file once the bank details are right.", "warn")
    return redirect(url_for("payment_files.index"), 303)


def _note(form: ReturnsForm) -> int:
    if form.file.data:
        return note_return_file(actor(), form.file.data.read())
    code, reason = (form.code.data or "").strip(), (form.reason.data or "").strip().upper()
    if not code:
        raise Invalid(fields={"file": "Choose the bank's file, or enter one payment."})
    return note_returns(actor(), [PaymentReturn(code, reason, None)])
