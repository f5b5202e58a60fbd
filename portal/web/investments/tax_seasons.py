"""The tax season: where each vehicle's forms of a year stand, and what is still missing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField
from wtforms.validators import InputRequired

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.tax_forms.queries.forms import get_tax_form
from portal.domain.investments.tax_forms.queries.runs import list_tax_runs
from portal.domain.investments.tax_forms.queries.seasons import (
    find_expected_day,
    list_holder_seasons,
    list_tax_batches,
    list_vehicle_seasons,
)
from portal.domain.investments.tax_forms.services.issuing import note_mailing
from portal.domain.investments.tax_forms.services.seasons import expect_tax_forms
from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, TAX_YEARS
from portal.domain.investments.tax_forms.values.incomes import name_income
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.ids import name_key
from portal.platform.pagination import Page, decode_cursor
from portal.web.investments.tax_words import DELIVERIES, STAGES, STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("tax_seasons", __name__, url_prefix="/investments/tax-seasons")
P = Permission
MOST = 50
YEARS = 6
SOON = timedelta(days=60)


class ExpectedForm(Form):
    """By when holders may expect the forms."""

    expected_on = DateField("Forms expected by", [InputRequired("Choose a day.")])


class MailedForm(Form):
    """When the paper of a form was sent."""

    mailed_on = DateField("Sent on", [InputRequired("Choose the day it was sent.")])


@blueprint.get("")
@requires(P.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """The vehicles that were held in a year, with their forms, papers and consents."""
    year = _year(request.args.get("year", ""))
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    rows = list_vehicle_seasons(actor(), year, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (name_key(each.vehicle),))
    last = clock.today().year
    return page(
        "investments/tax_seasons/index.html",
        year=year,
        known=year in TAX_YEARS,
        years=[(str(each), str(each)) for each in range(last, last - YEARS - 1, -1)],
        seasons=found.items,
        next_url=url_for("tax_seasons.index", year=year, cursor=found.next) if found.next else None,
        batches=list_tax_batches(actor(), year),
        states=STATES,
        stages=STAGES,
        may_prepare=can(actor(), P.PREPARE_MONEY),
        may_file=can(actor(), P.EDIT_DOCUMENTS),
        today=clock.today(),
    )


@blueprint.get("/<uuid:vehicle_id>/<int:tax_year>")
@requires(P.SEE_ALL_PORTFOLIOS)
def show(vehicle_id: UUID, tax_year: int) -> Response:
    """A vehicle in a year: each holder with W-8 or W-9, consent and forms, and the runs they came of."""
    expected = find_expected_day(actor(), vehicle_id, _year(str(tax_year)))
    return _show(vehicle_id, _year(str(tax_year)), ExpectedForm(formdata=None, expected_on=expected))


@blueprint.post("/<uuid:vehicle_id>/<int:tax_year>/expected")
@requires(P.PREPARE_MONEY)
def expect(vehicle_id: UUID, tax_year: int) -> Response | Redirect:
    """Tell holders by when to expect the forms."""
    form = ExpectedForm()
    if form.validate():
        try:
            expect_tax_forms(actor(), vehicle_id, tax_year, on=form.expected_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Holders read the new day under “Tax forms”.", "good")
            return redirect(url_for("tax_seasons.show", vehicle_id=vehicle_id, tax_year=tax_year), 303)
    return _show(vehicle_id, _year(str(tax_year)), form, 422)


def _show(vehicle_id: UUID, year: int, form: ExpectedForm, status: int = 200) -> Response:
    person, vehicle = actor(), get_vehicle(actor(), vehicle_id)
    place = decode_cursor(request.args["cursor"], str, str, str) if "cursor" in request.args else ("", "", "")
    after = place[0], place[1], place[2]
    rows = list_holder_seasons(person, vehicle_id, year, after=after, most=MOST + 1)
    found = Page(rows, MOST, lambda each: (name_key(each.account), each.kind.value if each.kind else "", each.income))
    more = url_for("tax_seasons.show", vehicle_id=vehicle_id, tax_year=year, cursor=found.next)
    return page(
        "investments/tax_seasons/show.html",
        status,
        vehicle=vehicle,
        year=year,
        known=year in TAX_YEARS,
        form=form,
        holders=found.items,
        next_url=more if found.next else None,
        runs=list_tax_runs(person, vehicle_id, year),
        names=FORM_NAMES,
        name_income=name_income,
        states=STATES,
        stages=STAGES,
        deliveries=DELIVERIES,
        may_prepare=can(person, P.PREPARE_MONEY),
        today=clock.today(),
        soon=clock.today() + SOON,
    )


@blueprint.get("/papers/<uuid:tax_form_id>")
@requires(P.PREPARE_MONEY)
def confirm_mailing(tax_form_id: UUID) -> Response:
    """The day on which a form's paper was sent."""
    issued = get_tax_form(actor(), tax_form_id)
    return page("investments/tax_seasons/mail.html", issued=issued, form=MailedForm(mailed_on=clock.today()))


@blueprint.post("/papers/<uuid:tax_form_id>")
@requires(P.PREPARE_MONEY)
def mail(tax_form_id: UUID) -> Response | Redirect:
    """Note that a form's paper was sent."""
    form, issued = MailedForm(), get_tax_form(actor(), tax_form_id)
    if form.validate():
        try:
            note_mailing(actor(), tax_form_id, on=form.mailed_on.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"Noted: the form of {issued.form.recipient} counts as delivered.", "good")
            there = url_for("tax_seasons.show", vehicle_id=issued.vehicle_id, tax_year=issued.form.tax_year)
            return redirect(there, 303)
    return page("investments/tax_seasons/mail.html", 422, issued=issued, form=form)


def _year(text: str) -> int:
    """The year that was asked for, else the one whose forms are due: the last."""
    last = clock.today().year
    return int(text) if text.isdecimal() and last - 50 <= int(text) <= last else last - 1
