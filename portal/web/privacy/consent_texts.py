"""What the firm asks people's consent for: its texts, and who has answered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Permission
from portal.domain.people.privacy.queries.consents import (
    get_purpose,
    list_awaited_people,
    list_purpose_texts,
    list_purposes,
)
from portal.domain.people.privacy.services.consents import create_purpose, publish_text, retire_purpose
from portal.platform.errors import DomainError
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("consent_texts", __name__, url_prefix="/privacy/consent-texts")
MOST = 50
FIRST = ("", UUID(int=0))


class TextForm(Form):
    """A text that people are asked to consent to."""

    body = TextAreaField(
        "Text",
        [InputRequired("Write what people consent to."), Length(max=20_000, message="At most 20,000 characters.")],
    )
    needed = BooleanField("Ask on every page until it is answered")
    replaces = HiddenField()


class PurposeForm(TextForm):
    """What is asked for, and the first version of its text."""

    name = StringField("Purpose", [InputRequired("Name what you ask for."), Length(max=120)])


@blueprint.get("")
@requires(Permission.HANDLE_PRIVACY)
def index() -> Response:
    """What the firm asks for, with how many answered."""
    return page("privacy/consent_texts/index.html", purposes=list_purposes(actor()))


@blueprint.get("/new")
@requires(Permission.HANDLE_PRIVACY)
def new() -> Response:
    """The empty form."""
    return page("privacy/consent_texts/new.html", form=PurposeForm(formdata=None))


@blueprint.post("")
@requires(Permission.HANDLE_PRIVACY)
def create() -> Response | Redirect:
    """Ask for something new."""
    form = PurposeForm()
    if form.validate():
        try:
            purpose_id = create_purpose(actor(), name=form.name.data, needed=form.needed.data, body=form.body.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Published. People are asked from their next page on.", "good")
            return redirect(url_for("consent_texts.show", purpose_id=purpose_id), 303)
    return page("privacy/consent_texts/new.html", 422, form=form)


@blueprint.get("/<uuid:purpose_id>")
@requires(Permission.HANDLE_PRIVACY)
def show(purpose_id: UUID) -> Response:
    """A purpose: its versions, how people answered, who has not."""
    return _show(purpose_id)


@blueprint.post("/<uuid:purpose_id>")
@requires(Permission.HANDLE_PRIVACY)
def publish(purpose_id: UUID) -> Response | Redirect:
    """Publish the next version; what was answered before is of the version before."""
    form = TextForm()
    if not form.validate() or not (form.replaces.data or "").isdecimal():
        return _show(purpose_id, form, 422)
    try:
        number = publish_text(
            actor(), purpose_id, replaces=int(form.replaces.data), needed=form.needed.data, body=form.body.data
        )
    except DomainError as error:
        form.refuse(error)
        return _show(purpose_id, form, 422)
    flash(f"Version {number} is published. People are asked anew.", "good")
    return redirect(url_for("consent_texts.show", purpose_id=purpose_id), 303)


@blueprint.post("/<uuid:purpose_id>/retire")
@requires(Permission.HANDLE_PRIVACY)
def retire(purpose_id: UUID) -> Redirect:
    """Ask for it no longer."""
    retire_purpose(actor(), purpose_id)
    flash("Nobody is asked for this any more. What was answered stays on record.", "good")
    return redirect(url_for("consent_texts.show", purpose_id=purpose_id), 303)


def _show(purpose_id: UUID, form: TextForm | None = None, status: int = 200) -> Response:
    purpose = get_purpose(actor(), purpose_id)
    texts = list_purpose_texts(actor(), purpose_id)
    after = decode_cursor(request.args["cursor"], str, UUID) if "cursor" in request.args else FIRST
    rows = list_awaited_people(actor(), purpose_id, after=(after[0], after[1]), most=MOST + 1)
    awaited = Page(rows, MOST, lambda each: (each.name, each.user_id))
    blank = TextForm(formdata=None, body=texts[0].body, needed=purpose.needed, replaces=str(purpose.version))
    return page(
        "privacy/consent_texts/show.html",
        status,
        purpose=purpose,
        texts=texts,
        awaited=awaited.items,
        next_url=url_for("consent_texts.show", purpose_id=purpose_id, cursor=awaited.next) if awaited.next else None,
        form=form or blank,
    )
