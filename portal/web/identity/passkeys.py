"""Passkeys: the questions that a browser is asked, setting one up, removing it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from portal.domain.identity.arrivals.queries import get_agent_name
from portal.domain.identity.devices.services import end_other_devices
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.passkeys.errors import CeremonyOver, PasskeyKnown, PasskeyRefused
from portal.domain.identity.passkeys.queries import (
    get_enrolment_offer,
    get_passkey,
    get_proof_offer,
    get_sign_in_offer,
)
from portal.domain.identity.passkeys.services import remove_passkey, rename_passkey
from portal.domain.identity.passkeys.values import LONGEST_NAME
from portal.domain.identity.sessions.policies import require_freshness
from portal.domain.identity.sessions.services import pass_passkey_enrolment
from portal.domain.identity.sessions.values import Proof, Stage
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.web.toolkit.access import at_stage, public, signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.passkeys import offered, passkey_answer, relying_party
from portal.web.toolkit.places import on_this_host
from portal.web.toolkit.session import actor, browser, change_session, expect_entrant

blueprint = Blueprint("passkeys", __name__, url_prefix="/passkeys")


def _not_too_long() -> Length:
    return Length(max=LONGEST_NAME, message=f"At most {LONGEST_NAME} characters.")


class PasskeyForm(Form):
    """What a new passkey is called, and where to go afterwards."""

    name = StringField("Name", [_not_too_long()])
    next = HiddenField()


class NameForm(Form):
    """What a passkey is called."""

    name = StringField("Name", [DataRequired("Enter a name."), _not_too_long()])


@blueprint.get("/sign-in")
@public
def offer_sign_in() -> Response:
    """The question for whichever passkey a person has for this host."""
    return offered(get_sign_in_offer(resources().vault, relying_party()))


@blueprint.get("/proof")
@at_stage(Stage.FACTOR, Stage.FULL)
def offer_proof() -> Response:
    """The question for one of the person's own passkeys."""
    return offered(get_proof_offer(expect_entrant().actor, resources().vault, relying_party()))


@blueprint.get("/new")
@at_stage(Stage.ENROL, Stage.FULL)
@fresh
def new() -> Response:
    """The page on which a passkey is set up."""
    name = get_agent_name(browser().agent)
    return _show(PasskeyForm(formdata=None, name=name, next=request.args.get("next", "")))


@blueprint.get("/offer")
@at_stage(Stage.ENROL, Stage.FULL)
def offer() -> Response:
    """The question for a new passkey; who came in by a factor, or has none yet, proved it of late."""
    person = expect_entrant()
    if person.stage is Stage.FULL:
        require_freshness(person, clock.now())
    return offered(
        get_enrolment_offer(
            person.actor,
            resources().vault,
            relying_party(),
            email=person.email,
            firm=person.firm.name,
            replaces=person.proven_by is not Proof.PASSWORD,
        )
    )


@blueprint.post("")
@at_stage(Stage.ENROL, Stage.FULL)
def create() -> Response | Redirect:
    """The passkey is taken into use. With the first factor come recovery codes, shown once, and who came in elsewhere
    by the password alone is signed out."""
    form, answer, person = PasskeyForm(), passkey_answer(), expect_entrant()
    if answer is None or not form.validate_on_submit():
        return _show(form, 422)
    try:
        token, codes = pass_passkey_enrolment(
            resources().vault, person, answer, name=form.name.data or "", browser=browser()
        )
    except (CeremonyOver, PasskeyRefused, PasskeyKnown) as error:
        return _refused(form, error)
    change_session(token)
    go_on = on_this_host(form.next.data)
    if not codes:
        flash("The passkey is set up. You can sign in with it from now on.", "good")
        return redirect(url_for("security.show"), 303)
    with acting_as(actor().tenancy):
        if end_other_devices(actor()):
            flash("You were signed out everywhere else.", "good")
    return unkept(page("identity/passkeys/codes.html", codes=codes, go_on=go_on, email=person.email))


@blueprint.get("/<uuid:passkey_id>/name")
@signed_in_only
def edit(passkey_id: UUID) -> Response:
    """The form for another name."""
    return _show_name(NameForm(formdata=None, name=get_passkey(actor(), passkey_id).name), passkey_id)


@blueprint.post("/<uuid:passkey_id>/name")
@signed_in_only
def rename(passkey_id: UUID) -> Response | Redirect:
    """Call a passkey otherwise."""
    form = NameForm()
    if not form.validate_on_submit():
        return _show_name(form, passkey_id, 422)
    rename_passkey(actor(), passkey_id, name=form.name.data)
    flash("The passkey is renamed.", "good")
    return redirect(url_for("security.show"), 303)


@blueprint.post("/<uuid:passkey_id>/remove")
@signed_in_only
@fresh
def remove(passkey_id: UUID) -> Redirect:
    """Sign in with this passkey no more."""
    remove_passkey(actor(), passkey_id)
    flash("The passkey is removed. Delete it on your device too.", "good")
    return redirect(url_for("security.show"), 303)


def _refused(form: PasskeyForm, error: DomainError) -> Response:
    form.refuse(error)
    return _show(form, 422)


def _show_name(form: NameForm, passkey_id: UUID, status: int = 200) -> Response:
    passkey = get_passkey(actor(), passkey_id)
    return page("identity/passkeys/edit.html", status, form=form, passkey=passkey)


def _show(form: PasskeyForm, status: int = 200) -> Response:
    person = expect_entrant()
    return unkept(
        page(
            "identity/passkeys/new.html",
            status,
            form=form,
            entering=person.stage is Stage.ENROL,
            standing=get_standing(person.actor.user_id),
        )
    )
