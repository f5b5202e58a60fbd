"""Second factors: the code at sign-in, setting an app up, recovery codes, proving once more who one is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.devices.services import end_other_devices
from portal.domain.identity.factors.errors import TooManyTries, WrongCode
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import remove_factor, renew_recovery_codes
from portal.domain.identity.factors.values import Enrolment
from portal.domain.identity.passkeys.errors import CeremonyOver, PasskeyRefused
from portal.domain.identity.sessions.services import pass_enrolment, pass_factor
from portal.domain.identity.sessions.values import Proof, SignedIn, Stage
from portal.platform.errors import Unauthenticated
from portal.platform.qr import draw_qr
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.web.toolkit.access import at_stage, signed_in_only
from portal.web.toolkit.demo import demo_code
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import ProofForm, fresh, take_proof
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.passkeys import passkey_answer
from portal.web.toolkit.places import on_this_host
from portal.web.toolkit.session import actor, browser, change_session, expect_entrant, signed_in

blueprint = Blueprint("factors", __name__, url_prefix="/factors")


class CodeForm(Form):
    """A code, and where to go afterwards."""

    code = StringField("Code", [InputRequired("Enter the code."), Length(max=40)])
    next = HiddenField()


class EnrolmentForm(CodeForm):
    """The first code of an app, with the sealed secret that it was shown."""

    enrolment = HiddenField()


@blueprint.get("/code")
@at_stage(Stage.FACTOR, Stage.FULL)
def ask() -> Response | Redirect:
    """The second step of signing in; whoever took it already goes on."""
    target = request.args.get("next", "")
    if signed_in() is not None:
        return redirect(on_this_host(target))
    return _show_code(CodeForm(formdata=None, next=target))


@blueprint.post("/code")
@at_stage(Stage.FACTOR)
def answer() -> Response | Redirect:
    """The code of the app, a recovery code or a passkey, and on to where one was going."""
    form, answer = CodeForm(), passkey_answer()
    if answer is None and not form.validate_on_submit():
        return _show_code(form, 422)
    try:
        change_session(pass_factor(resources().vault, expect_entrant(), answer or form.code.data, browser()))
    except WrongCode as error:
        form.code.errors = [error.message]
        return _show_code(form, 422)
    except (PasskeyRefused, CeremonyOver) as error:
        form.refuse(error)
        return _show_code(form, 422)
    except TooManyTries as error:
        form.refuse(error)
        response = _show_code(form, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return redirect(on_this_host(form.next.data), 303)


@blueprint.get("/new")
@at_stage(Stage.ENROL, Stage.FULL)
@fresh
def new() -> Response:
    """A secret for an authenticator app, as a picture and as text; kept nowhere until a code comes back."""
    person = expect_entrant()
    enrolment = Enrolment.new(replaces=person.proven_by is not Proof.PASSWORD)
    sealed = enrolment.seal(resources().vault, _user_id(person))
    form = EnrolmentForm(formdata=None, next=request.args.get("next", ""), enrolment=sealed)
    return _show_enrolment(form, enrolment)


@blueprint.post("")
@at_stage(Stage.ENROL, Stage.FULL)
@fresh
def create() -> Response:
    """The app is taken into use, and the recovery codes are shown, once; who came in elsewhere by the password alone is
    signed out."""
    form, person, vault = EnrolmentForm(), expect_entrant(), resources().vault
    enrolment = Enrolment.unseal(vault, _user_id(person), form.enrolment.data or "")
    if not form.validate_on_submit():
        return _show_enrolment(form, enrolment, 422)
    try:
        token, codes = pass_enrolment(vault, person, sealed=form.enrolment.data, code=form.code.data, browser=browser())
    except WrongCode as error:
        form.code.errors = [error.message]
        return _show_enrolment(form, enrolment, 422)
    change_session(token)
    with acting_as(actor().tenancy):
        if end_other_devices(actor()):
            flash("You were signed out everywhere else.", "good")
    return _show_codes(codes, on_this_host(form.next.data))


@blueprint.post("/recovery-codes")
@signed_in_only
@fresh
def renew_codes() -> Response:
    """New recovery codes, shown once; the old ones are worth nothing from now on."""
    return _show_codes(renew_recovery_codes(actor()), url_for("security.show"))


@blueprint.post("/remove")
@signed_in_only
@fresh
def remove() -> Redirect:
    """Sign in without the app from now on."""
    remove_factor(actor())
    flash("The authenticator app is removed.", "good")
    return redirect(url_for("security.show"), 303)


@blueprint.post("/proof")
@signed_in_only
def prove() -> Response | Redirect:
    """The proof that a page or a file asked for, and on to that page, or to one that fetches the file."""
    person = signed_in()
    if person is None:
        raise Unauthenticated
    form = ProofForm()
    refused = take_proof(form, person, url_for("factors.prove"))
    if refused is not None:
        return refused
    target = on_this_host(form.next.data)
    if form.back.data:
        return page("identity/factors/file.html", file=target, back=on_this_host(form.back.data))
    return redirect(target, 303)


def _user_id(person: SignedIn) -> UUID:
    if person.actor.user_id is None:
        raise Unauthenticated
    return person.actor.user_id


def _show_code(form: CodeForm, status: int = 200) -> Response:
    person = expect_entrant()
    standing, code = get_standing(person.actor.user_id), demo_code(person.email)
    return unkept(page("identity/factors/ask.html", status, form=form, standing=standing, demo_code=code))


def _show_enrolment(form: EnrolmentForm, enrolment: Enrolment, status: int = 200) -> Response:
    person = expect_entrant()
    standing = get_standing(person.actor.user_id)
    picture = Markup(draw_qr(enrolment.uri(account=person.email, issuer=person.firm.name)))  # noqa: S704 - our drawing
    grouped = " ".join(enrolment.secret[start : start + 4] for start in range(0, len(enrolment.secret), 4))
    return unkept(
        page(
            "identity/factors/new.html",
            status,
            form=form,
            picture=picture,
            secret=grouped,
            entering=person.stage is Stage.ENROL,
            replacing=standing.has_app,
        )
    )


def _show_codes(codes: Sequence[str], go_on: str) -> Response:
    person = expect_entrant()
    return unkept(page("identity/factors/codes.html", codes=codes, go_on=go_on, email=person.email))
