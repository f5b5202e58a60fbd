"""How long documents are kept, and what the law holds."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.files import get_usage
from portal.domain.documents.library.queries.keeping import find_retention, list_holds
from portal.domain.documents.library.services.keeping import lift_document_hold, place_document_hold, set_retention
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.investments.vehicles.queries import find_vehicles, list_vehicles
from portal.domain.people.investor_accounts.queries import find_account_ids, list_accounts
from portal.platform.errors import DomainError, NotFound
from portal.platform.ids import name_key
from portal.platform.resources import resources
from portal.web.documents.document_forms import TYPES, HoldForm
from portal.web.documents.handling import show_document, to_document
from portal.web.documents.uploads import MOST_CHOICES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("retention", __name__, url_prefix="/documents/retention")
SUBJECTS = {HoldSubject.ACCOUNT: "An account", HoldSubject.VEHICLE: "A vehicle"}


class YearsForm(Form):
    """How long documents of a type are kept."""

    type = SelectField("Type", choices=choices_of(TYPES))
    years = IntegerField("Years", [InputRequired("Enter whole years, 0 for no time at all.")])


class SubjectHoldForm(HoldForm):
    """What is held, and why."""

    subject = SelectField("What is held", choices=choices_of(SUBJECTS))
    name = StringField("Name", [InputRequired("Choose the account or the vehicle."), Length(max=200)])


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index() -> Response:
    """Years by type, and the holds in force."""
    return _index(YearsForm(formdata=None), SubjectHoldForm(formdata=None))


@blueprint.post("")
@requires(Permission.MANAGE_RETENTION)
@fresh
def keep() -> Response | Redirect:
    """Keep documents of a type so many years."""
    form = YearsForm()
    if form.validate():
        try:
            set_retention(actor(), DocumentType(form.type.data), form.years.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Set. It counts for what is published already too.", "good")
            return redirect(url_for("retention.index"), 303)
    return _index(form, SubjectHoldForm(formdata=None), 422)


@blueprint.post("/holds")
@requires(Permission.MANAGE_RETENTION)
@fresh
def hold() -> Response | Redirect:
    """Hold all documents of an account or a vehicle."""
    form = SubjectHoldForm()
    if form.validate():
        subject = HoldSubject(form.subject.data)
        subject_id = _find(subject, form.name.data)
        if subject_id is None:
            form.name.errors = ["There is none of this name. Choose one from the list."]
            return _index(YearsForm(formdata=None), form, 422)
        try:
            place_document_hold(actor(), subject, subject_id, reason=form.reason.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The hold is in force: nothing of it is deleted or destroyed.", "good")
            return redirect(url_for("retention.index"), 303)
    return _index(YearsForm(formdata=None), form, 422)


@blueprint.post("/documents/<uuid:document_id>")
@requires(Permission.MANAGE_RETENTION)
@fresh
def hold_document(document_id: UUID) -> Response | Redirect:
    """Hold one document."""
    document, form = get_document(actor(), document_id), HoldForm()
    if form.validate():
        try:
            place_document_hold(actor(), HoldSubject.DOCUMENT, document_id, reason=form.reason.data)
        except NotFound:
            raise
        except DomainError as error:
            form.reason.errors = [error.message]
        else:
            flash("The hold is in force.", "good")
            return to_document(document_id)
    return show_document(document, 422, refused=form)


@blueprint.post("/holds/<uuid:document_hold_id>/lift")
@requires(Permission.MANAGE_RETENTION)
@fresh
def lift(document_hold_id: UUID) -> Redirect:
    """End a hold."""
    lift_document_hold(actor(), document_hold_id)
    flash("The hold is lifted.", "good")
    return redirect(url_for("retention.index"), 303)


def _find(subject: HoldSubject, name: str) -> UUID | None:
    if subject is HoldSubject.ACCOUNT:
        return find_account_ids(actor(), [name]).get(name_key(name))
    found = find_vehicles(actor(), [name]).get(name_key(name))
    return None if found is None else found.id


def _index(years_form: YearsForm, hold_form: SubjectHoldForm, status: int = 200) -> Response:
    return page(
        "documents/retention/index.html",
        status,
        years=find_retention(actor()),
        types=TYPES,
        holds=list_holds(actor()),
        years_form=years_form,
        hold_form=hold_form,
        names=[
            *(each.name for each in list_accounts(actor(), most=MOST_CHOICES)),
            *(each.name for each in list_vehicles(actor(), most=MOST_CHOICES)),
        ],
        used=get_usage(actor()),
        quota=resources().settings.documents_quota,
        may_change=can(actor(), Permission.MANAGE_RETENTION),
    )
