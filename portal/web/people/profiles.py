"""Personal details of people and accounts: masked, changed, and shown in full to who proves who they are."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from portal.domain.identity.access.values import Permission
from portal.domain.people.profiles.policies import can_change_profile, can_reveal_profile
from portal.domain.people.profiles.queries import get_profile, list_own_profiles
from portal.domain.people.profiles.services import change_profile, reveal_profile
from portal.domain.people.profiles.values import Details, TaxNumberKind, written_tax_number
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires, requires_any
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("profiles", __name__, url_prefix="/people/profiles")
READERS = (Permission.SEE_OWN_PORTFOLIO, Permission.SEE_ALL_PORTFOLIOS)
WRITERS = (Permission.SEE_OWN_PORTFOLIO, Permission.EDIT_ACCOUNTS)
REVEALERS = (Permission.SEE_OWN_PORTFOLIO, Permission.REVEAL_DETAILS)
KINDS = {
    TaxNumberKind.SSN: "Social Security number",
    TaxNumberKind.EIN: "Employer identification number (EIN)",
    TaxNumberKind.ITIN: "Individual taxpayer number (ITIN)",
    TaxNumberKind.FOREIGN: "Tax number of another country",
}


class ProfileForm(Form):
    """What is to be written anew; what is left empty stays."""

    tax_number_kind = SelectField("Kind of tax number", choices=choices_of(KINDS))
    tax_number = StringField("Tax number", [Length(max=40)])
    born_on = DateField("Date of birth", [Optional()])
    postal_address = TextAreaField("Postal address", [Length(max=500)])


@blueprint.get("")
@requires(Permission.SEE_OWN_PORTFOLIO)
def index() -> Response:
    """One's own details and those of the accounts one acts for."""
    return page("people/profiles/index.html", profiles=list_own_profiles(actor()), kinds=KINDS)


@blueprint.get("/<uuid:subject_id>")
@requires_any(*READERS)
def show(subject_id: UUID) -> Response:
    """The details of one of them, masked."""
    return _show(subject_id)


@blueprint.post("/<uuid:subject_id>/reveal")
@requires_any(*REVEALERS)
@fresh
def reveal(subject_id: UUID) -> Response:
    """The details in full, once; the record says that they were shown."""
    return _show(subject_id, revealed=reveal_profile(actor(), subject_id))


@blueprint.get("/<uuid:subject_id>/edit")
@requires_any(*WRITERS)
@fresh
def edit(subject_id: UUID) -> Response:
    """The form."""
    return _edit(subject_id, ProfileForm(formdata=None))


@blueprint.post("/<uuid:subject_id>")
@requires_any(*WRITERS)
@fresh
def update(subject_id: UUID) -> Response | Redirect:
    """Write what was entered, or show the form again with what to mend."""
    form = ProfileForm()
    if form.validate():
        number, address = (form.tax_number.data or "").strip(), (form.postal_address.data or "").strip()
        kind = TaxNumberKind(form.tax_number_kind.data) if number else None
        try:
            change_profile(actor(), subject_id, given=Details(kind, number or None, form.born_on.data, address or None))
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The details are written.", "good")
            return redirect(url_for("profiles.show", subject_id=subject_id), 303)
    return _edit(subject_id, form, 422)


def _show(subject_id: UUID, revealed: Details | None = None) -> Response:
    profile = get_profile(actor(), subject_id)
    return page(
        "people/profiles/show.html",
        profile=profile,
        revealed=revealed,
        written=written_tax_number(revealed) if revealed else None,
        kinds=KINDS,
        may_change=can_change_profile(actor(), profile),
        may_reveal=can_reveal_profile(actor(), profile),
        is_staff=actor().is_staff,
    )


def _edit(subject_id: UUID, form: ProfileForm, status: int = 200) -> Response:
    profile = get_profile(actor(), subject_id)
    return page("people/profiles/edit.html", status, profile=profile, form=form)
