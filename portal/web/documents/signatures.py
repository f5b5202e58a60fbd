"""What one is asked to sign: read, signed, declined or passed on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.signing.queries.requests import (
    get_readable_request,
    get_request,
    get_request_file,
    get_shown,
    list_requests,
)
from portal.domain.documents.signing.services.signing import (
    decline_envelope,
    forward_envelope,
    open_envelope,
    sign_envelope,
)
from portal.domain.documents.signing.values.envelopes import Request, Shown
from portal.domain.documents.signing.values.fields import ASKED_FOR, LONGEST_TEXT, Field, FieldKind
from portal.domain.documents.signing.values.marks import CONSENT_TEXTS, Circumstances, Signing
from portal.platform.errors import DomainError, NotFound, Unauthenticated
from portal.platform.file_links import Thing
from portal.web.documents.signing_pages import page_picture
from portal.web.documents.signing_words import FIELD_KINDS, OWN_STATES, STATES
from portal.web.toolkit.access import signed_in_only
from portal.web.toolkit.forms import Form
from portal.web.toolkit.freshness import fresh
from portal.web.toolkit.page import page
from portal.web.toolkit.sending import led_to_file
from portal.web.toolkit.session import actor, browser, signed_in

blueprint = Blueprint("signatures", __name__, url_prefix="/documents/signatures")
MOST_SHOWN = 30  # pages at once; of a longer document those with fields, and the file as a whole


class SignForm(Form):
    """The signature; what a document asks for besides has a field named by its id."""

    name = StringField("Your name", [Length(max=100)])
    initials = StringField("Your initials", [Length(max=6)])
    path = HiddenField("Your signature")
    shown = HiddenField()
    version = HiddenField()
    consent = BooleanField("I have read this and agree")


class DeclineForm(Form):
    """Why not."""

    reason = TextAreaField("Why you do not sign", [InputRequired("Say why."), Length(max=1000)])


class ForwardForm(Form):
    """Who instead, and why."""

    email = EmailField(
        "Their e-mail address",
        [InputRequired("Enter an e-mail address."), Email("This is not an address."), Length(max=254)],
    )
    reason = TextAreaField("Why they sign instead of you", [InputRequired("Say why."), Length(max=1000)])


@blueprint.get("")
@signed_in_only
def index() -> Response:
    """What waits for one's signature, and what one has signed."""
    found = list_requests(actor())
    return page(
        "documents/signatures/index.html",
        waiting=[each for each in found if each.is_open],
        others=[each for each in found if not each.is_open],
        states=OWN_STATES,
        ended=STATES,
    )


@blueprint.get("/<uuid:envelope_id>")
@signed_in_only
def show(envelope_id: UUID) -> Response:
    """The document with what is to be filled in; that it was opened is noted."""
    shown = get_shown(actor(), envelope_id)
    asked = shown.request
    if asked.is_open and request.method == "GET" and "Sec-Purpose" not in request.headers:
        open_envelope(actor(), envelope_id, _circumstances())
    form = _sign_form(shown.fields)(formdata=None, name=actor().name, version=asked.consent_version, shown=shown.digest)
    return _show(shown, form)


@blueprint.get("/<uuid:envelope_id>/pages/<int:number>")
@signed_in_only
def show_page(envelope_id: UUID, number: int) -> Response:
    """A page of the document as a picture."""
    asked = get_readable_request(actor(), envelope_id)
    return page_picture(asked.file_key, asked.digest, asked.pages, number)


@blueprint.get("/<uuid:envelope_id>/download")
@signed_in_only
def download(envelope_id: UUID) -> Redirect:
    """Off to the document as it is to be signed, or to the finished file once there is one."""
    get_request_file(actor(), envelope_id)
    return led_to_file(Thing.SIGNATURE, envelope_id)


@blueprint.post("/<uuid:envelope_id>/sign")
@signed_in_only
@fresh
def sign(envelope_id: UUID) -> Response | Redirect:
    """Sign, or the form again with what to mend."""
    shown = get_shown(actor(), envelope_id)
    form = _sign_form(shown.fields)()
    if form.validate():
        try:
            sign_envelope(actor(), envelope_id, _signing(form, shown), _circumstances())
        except DomainError as error:
            if not error.fields:
                raise
            form.refuse(error)
        else:
            flash(f"You have signed {shown.request.title}.", "good")
            return redirect(url_for("signatures.show", envelope_id=envelope_id), 303)
    return _show(shown, form, 422)


@blueprint.get("/<uuid:envelope_id>/decline")
@signed_in_only
def refuse(envelope_id: UUID) -> Response:
    """Ask why not."""
    return page("documents/signatures/refuse.html", asked=_open(envelope_id), form=DeclineForm(formdata=None))


@blueprint.post("/<uuid:envelope_id>/decline")
@signed_in_only
def decline(envelope_id: UUID) -> Response | Redirect:
    """Decline for everybody."""
    asked, form = _open(envelope_id), DeclineForm()
    if form.validate():
        decline_envelope(actor(), envelope_id, _circumstances(), reason=form.reason.data)
        flash("You have declined. Whoever sent it is told why.", "good")
        return redirect(url_for("signatures.index"), 303)
    return page("documents/signatures/refuse.html", 422, asked=asked, form=form)


@blueprint.get("/<uuid:envelope_id>/forward")
@signed_in_only
def hand_over(envelope_id: UUID) -> Response:
    """Ask who signs instead."""
    return page("documents/signatures/hand_over.html", asked=_open(envelope_id), form=ForwardForm(formdata=None))


@blueprint.post("/<uuid:envelope_id>/forward")
@signed_in_only
def forward(envelope_id: UUID) -> Response | Redirect:
    """Pass it on; what is said of it is the same whoever has the address."""
    asked, form = _open(envelope_id), ForwardForm()
    if form.validate():
        try:
            forward_envelope(actor(), envelope_id, _circumstances(), email=form.email.data, reason=form.reason.data)
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Passed on. Whoever sent it is told whom you named and why.", "good")
            return redirect(url_for("signatures.index"), 303)
    return page("documents/signatures/hand_over.html", 422, asked=asked, form=form)


def _open(envelope_id: UUID) -> Request:
    """What one is asked to sign now."""
    asked = get_request(actor(), envelope_id)
    if not asked.is_open:
        raise NotFound
    return asked


def _show(shown: Shown, form: SignForm, status: int = 200) -> Response:
    asked, marked = shown.request, {each.page for each in shown.fields}
    pages = [number for number in range(1, asked.pages + 1) if asked.pages <= MOST_SHOWN or number in marked]
    return page(
        "documents/signatures/show.html",
        status,
        asked=asked,
        fields=shown.fields,
        form=form,
        pages=pages,
        kinds=FIELD_KINDS,
        asked_for=ASKED_FOR,
        consent=CONSENT_TEXTS[asked.consent_version],
        states=OWN_STATES,
        ended=STATES,
        has_file=_has_file(asked),
    )


def _has_file(asked: Request) -> bool:
    """Whether the finished file is there for them: staff look at it first where it names somebody who did not sign."""
    if asked.finished_document_id is None:
        return False
    try:
        get_document(actor(), asked.finished_document_id)
    except NotFound:
        return False
    return True


def _sign_form(fields: Sequence[Field]) -> type[SignForm]:
    """The form of one signer: a field for each that asks for something."""
    wanted = {
        str(each.id): BooleanField(each.label or FIELD_KINDS[each.kind])
        if each.kind is FieldKind.CHECKBOX
        else StringField(each.label or FIELD_KINDS[each.kind], [Length(max=LONGEST_TEXT)])
        for each in fields
        if each.kind in ASKED_FOR
    }
    return type("SignForm", (SignForm,), wanted)


def _signing(form: SignForm, shown: Shown) -> Signing:
    said = {each.id: form[str(each.id)].data for each in shown.fields if str(each.id) in form}
    return Signing(
        shown=form.shown.data or "",
        consent=(form.version.data or "") if form.consent.data else "",
        name=form.name.data or "",
        initials=form.initials.data or "",
        path=form.path.data or "",
        answers={field: "yes" if text is True else text or "" for field, text in said.items()},
    )


def _circumstances() -> Circumstances:
    person, seen = signed_in(), browser()
    if person is None:
        raise Unauthenticated
    return Circumstances(person.proven_by.value, person.proven_at, seen.address, seen.agent)
