"""How one is reached: changing one's e-mail address and telephone number, and undoing a change."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import EmailField, StringField, TelField
from wtforms.validators import Email, InputRequired, Length

from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.contact.errors import NothingAsked
from portal.domain.identity.contact.queries import get_asked_email, get_contact
from portal.domain.identity.contact.services.changing import (
    confirm_email_change,
    confirm_phone_change,
    remove_phone,
    request_email_change,
    request_phone_change,
)
from portal.domain.identity.contact.services.undoing import undo_contact_change
from portal.domain.identity.links.errors import LinkClosed, UnknownLink
from portal.domain.identity.links.queries import get_open_link
from portal.domain.identity.links.values import Purpose
from portal.platform.errors import DomainError, Limited, NotFound
from portal.platform.resources import resources
from portal.web.toolkit.access import public, signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page, unkept
from portal.web.toolkit.session import actor

blueprint = Blueprint("contact", __name__, url_prefix="/contact")


class EmailForm(Form):
    """The new address."""

    email = EmailField(
        "New e-mail address", [InputRequired("Enter an e-mail address."), Email("This is not an address.")]
    )


class PhoneForm(Form):
    """The new telephone number."""

    phone = TelField("Telephone number", [InputRequired("Enter a telephone number."), Length(max=40)])


class CodeForm(Form):
    """The code that was sent to a new number."""

    code = StringField("Code", [InputRequired("Enter the code."), Length(max=12)])


@blueprint.get("")
@signed_in_only
def show() -> Response:
    """How one is reached."""
    return _show()


@blueprint.post("/email")
@signed_in_only
@fresh
def change_email() -> Response | Redirect:
    """Have a link sent to the new address."""
    form = EmailForm()
    if form.validate():
        try:
            request_email_change(actor(), resources().sealer, email=form.email.data)
        except Limited:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Open the link in the mail we sent to the new address. Until then the present one counts.", "good")
            return redirect(url_for("contact.show"), 303)
    return _show(422, email_form=form)


@blueprint.post("/phone")
@signed_in_only
@fresh
def change_phone() -> Response | Redirect:
    """Have a code sent to the new number."""
    form = PhoneForm()
    _require_texts()
    if form.validate():
        try:
            request_phone_change(actor(), resources().sealer, phone=form.phone.data)
        except Limited:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Enter the code we sent to the new number. It is good for five minutes.", "good")
            return redirect(url_for("contact.show"), 303)
    return _show(422, phone_form=form)


@blueprint.post("/phone/code")
@signed_in_only
def confirm_phone() -> Response | Redirect:
    """Let the new number count."""
    form = CodeForm()
    if form.validate():
        try:
            confirm_phone_change(actor(), resources().sealer, form.code.data)
        except NothingAsked as error:
            flash(error.message, "bad")
            return redirect(url_for("contact.show"), 303)
        except Limited:
            raise
        except DomainError as error:
            form.code.errors = [error.message]
        else:
            flash("Your telephone number is changed.", "good")
            return redirect(url_for("contact.show"), 303)
    return _show(422, code_form=form)


@blueprint.post("/phone/remove")
@signed_in_only
@fresh
def forget_phone() -> Redirect:
    """Keep no number any more."""
    remove_phone(actor(), resources().sealer)
    flash("Your telephone number is removed.", "good")
    return redirect(url_for("contact.show"), 303)


@blueprint.get("/email/<token>")
@signed_in_only
def ask_email(token: str) -> Response:
    """Whether the new address shall count."""
    try:
        email = get_asked_email(actor(), token)
    except (UnknownLink, LinkClosed) as error:
        return _closed(error)
    return page("identity/contact/confirm.html", token=token, email=email)


@blueprint.post("/email/<token>")
@signed_in_only
def confirm_email(token: str) -> Response | Redirect:
    """Let the new address count."""
    try:
        confirm_email_change(actor(), resources().sealer, token)
    except (UnknownLink, LinkClosed, EmailTaken) as error:
        return _closed(error)
    flash("Your e-mail address is changed. Sign in with it from now on.", "good")
    return redirect(url_for("contact.show"), 303)


@blueprint.get("/undo/<token>")
@public
def ask_undoing(token: str) -> Response:
    """Whether a change shall be undone."""
    try:
        get_open_link(token, Purpose.UNDO)
    except (UnknownLink, LinkClosed) as error:
        return _closed(error)
    return unkept(page("identity/contact/undo.html", token=token))


@blueprint.post("/undo/<token>")
@public
def undo(token: str) -> Response | Redirect:
    """Undo it; everybody is signed out."""
    try:
        undo_contact_change(token)
    except (UnknownLink, LinkClosed, EmailTaken) as error:
        return _closed(error)
    flash("The change is undone, and everybody is signed out. Set a new password now.", "good")
    return redirect(url_for("password.forgot"), 303)


def _show(
    status: int = 200,
    *,
    email_form: EmailForm | None = None,
    phone_form: PhoneForm | None = None,
    code_form: CodeForm | None = None,
) -> Response:
    return page(
        "identity/contact/show.html",
        status,
        contact=get_contact(actor()),
        sends_texts=resources().sms is not None,
        email_form=email_form or EmailForm(formdata=None),
        phone_form=phone_form or PhoneForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
    )


def _require_texts() -> None:
    if resources().sms is None:
        raise NotFound("This portal sends no text messages, so that a telephone number cannot be proven.")


def _closed(error: DomainError) -> Response:
    status = 404 if isinstance(error, UnknownLink) else 409
    return unkept(page("identity/contact/closed.html", status, reason=error.message))
