"""Transfers: an interest, or a share of one, that passes from one account to another."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.transfers.queries import get_transfer, list_transfers
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer, TransferState
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.account_lines import read_account
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.forms import Form, PercentField
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.vehicle_field import VehicleField

blueprint = Blueprint("transfers", __name__, url_prefix="/investments/transfers")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
MOST = 50
STATES = {
    TransferState.WAITING: ("waits for approval", "info"),
    TransferState.POSTED: ("posted", "good"),
    TransferState.REFUSED: ("not approved", "neutral"),
}


class TransferForm(Form):
    """A transfer as it is typed."""

    vehicle = VehicleField()
    giver = StringField("From account", [InputRequired("Enter the account that holds the interest."), Length(max=200)])
    taker = StringField("To account", [InputRequired("Enter the account that takes it over."), Length(max=200)])
    share = PercentField("Share of the interest", default=Decimal(1))
    effective_on = DateField("Effective on", [InputRequired("Choose the day it passes.")])
    reason = StringField("Reason", [Length(max=500, message="At most 500 letters.")])

    def entered(self) -> NewTransfer:
        """What was typed, as the domain takes it."""
        return NewTransfer(
            UUID(self.vehicle.data),
            read_account(self.giver.data, "giver"),
            read_account(self.taker.data, "taker"),
            self.share.data,
            self.effective_on.data,
            self.reason.data or "",
        )


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """Transfers, newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_transfers(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.created_at.isoformat(), each.id))
    next_url = url_for("transfers.index", cursor=found.next) if found.next else None
    return page(
        "investments/transfers/index.html",
        transfers=found.items,
        states=STATES,
        next_url=next_url,
        may_prepare=can(actor(), Permission.PREPARE_MONEY),
    )


@blueprint.get("/new")
@requires(Permission.PREPARE_MONEY)
def new() -> Response:
    """The form."""
    return page("investments/transfers/new.html", form=_offer(TransferForm(formdata=None)))


@blueprint.post("")
@requires(Permission.PREPARE_MONEY)
def create() -> Response | Redirect:
    """Ask for approval, or the form again with what to mend."""
    form = _offer(TransferForm())
    if form.validate():
        try:
            transfer_id = propose_transfer(actor(), form.entered())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Another manager decides it now; nothing is posted before.", "good")
            return redirect(url_for("transfers.show", transfer_id=transfer_id), 303)
    return page("investments/transfers/new.html", 422, form=form)


def _offer(form: TransferForm) -> TransferForm:
    form.vehicle.offer(actor())
    return form


@blueprint.get("/<uuid:transfer_id>")
@requires_any(*READERS)
def show(transfer_id: UUID) -> Response:
    """What passes, from whom to whom, as far as the reader may know."""
    return page(
        "investments/transfers/show.html",
        transfer=get_transfer(actor(), transfer_id),
        states=STATES,
        history=list_history(actor(), f"transfer:{transfer_id}") if can(actor(), Permission.SEE_ALL_PORTFOLIOS) else (),
    )
