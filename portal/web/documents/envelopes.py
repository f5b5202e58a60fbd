"""Documents prepared for signing by staff, sent, and followed until everybody has signed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.filing.errors import NamesOthers
from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter, DocumentState
from portal.domain.documents.signing.errors import PreparedOtherwise
from portal.domain.documents.signing.policies import can_prepare, can_send
from portal.domain.documents.signing.queries.envelopes import (
    get_envelope,
    get_envelope_file,
    get_sending_digest,
    list_envelopes,
    list_fields,
    list_history,
    list_people,
)
from portal.domain.documents.signing.services.preparing import prepare_envelope
from portal.domain.documents.signing.services.sending import cancel_envelope, send_envelope
from portal.domain.documents.signing.values.envelopes import AWAITED, LONGEST, USUAL, EnvelopeState
from portal.domain.documents.signing.values.marks import CONSENT_TEXTS
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.platform import clock
from portal.platform.errors import DomainError
from portal.platform.file_links import Thing
from portal.platform.pagination import Page, decode_cursor
from portal.web.documents.envelope_forms import (
    CancelForm,
    EnvelopeForm,
    FieldForm,
    NamingForm,
    SignerForm,
    offer_documents,
    offer_seats,
)
from portal.web.documents.signing_pages import page_picture
from portal.web.documents.signing_words import EVENTS, FIELD_KINDS, SIGNERS, STATES
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.sending import led_to_file
from portal.web.toolkit.session import actor

blueprint = Blueprint("envelopes", __name__, url_prefix="/documents/envelopes")
P = Permission
MOST = 50
FIRST = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=0))
EMPTY = {"signer": SignerForm, "field": FieldForm, "naming": NamingForm, "cancel": CancelForm}


@blueprint.get("")
@requires(P.SEE_ALL_DOCUMENTS)
def index() -> Response:
    """All of them, the newest first."""
    before = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else FIRST
    listed = list_envelopes(actor(), before=(before[0], before[1]), most=MOST + 1)
    found = Page(listed, MOST, lambda each: (each.created_at, each.id))
    next_url = url_for("envelopes.index", cursor=found.next) if found.next else None
    return page(
        "documents/envelopes/index.html",
        envelopes=found.items,
        next_url=next_url,
        states=STATES,
        may_prepare=can(actor(), P.EDIT_DOCUMENTS),
    )


@blueprint.get("/new")
@requires(P.EDIT_DOCUMENTS)
def new() -> Response:
    """Which document, until when."""
    form = EnvelopeForm(formdata=None, last_day=clock.today() + USUAL, remind_days="3")
    form.document.data = request.args.get("document", "")
    return _form(form)


@blueprint.post("")
@requires(P.EDIT_DOCUMENTS)
def create() -> Response | Redirect:
    """Begin a draft, or the form again with what to mend."""
    form = EnvelopeForm()
    _offer(form)
    if form.validate():
        ends = datetime.combine(form.last_day.data + timedelta(days=1), time(), UTC)
        try:
            envelope_id = prepare_envelope(
                actor(),
                UUID(form.document.data),
                expires_at=min(ends, clock.now() + LONGEST),
                message=form.message.data or "",
                remind_days=int(form.remind_days.data) or None,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)
    return _form(form, 422)


@blueprint.get("/<uuid:envelope_id>")
@requires(P.SEE_ALL_DOCUMENTS)
def show(envelope_id: UUID) -> Response:
    """Where it stands; of a draft, the forms that complete it."""
    return show_envelope(envelope_id)


@blueprint.get("/<uuid:envelope_id>/pages/<int:number>")
@requires(P.SEE_ALL_DOCUMENTS)
def show_page(envelope_id: UUID, number: int) -> Response:
    """A page of the document as a picture."""
    envelope = get_envelope(actor(), envelope_id)
    return page_picture(envelope.file_key, envelope.digest, envelope.pages, number)


@blueprint.get("/<uuid:envelope_id>/download")
@requires(P.SEE_ALL_DOCUMENTS)
def download(envelope_id: UUID) -> Redirect:
    """Off to the document as it is to be signed, or to the finished file once there is one."""
    get_envelope_file(actor(), envelope_id)
    return led_to_file(Thing.ENVELOPE, envelope_id)


@blueprint.post("/<uuid:envelope_id>/send")
@requires(P.PUBLISH_DOCUMENTS)
def send(envelope_id: UUID) -> Redirect:
    """Send it to who comes first."""
    try:
        send_envelope(actor(), envelope_id, seen=request.form.get("seen", ""))
    except (NamesOthers, PreparedOtherwise) as refusal:
        flash(refusal.message, "warn")
    else:
        flash("Sent. Whoever signs first has a message on its way.", "good")
    return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)


@blueprint.post("/<uuid:envelope_id>/cancel")
@requires(P.EDIT_DOCUMENTS)
def cancel(envelope_id: UUID) -> Response | Redirect:
    """Take it back."""
    form = CancelForm()
    if not form.validate():
        return show_envelope(envelope_id, 422, cancel=form)
    cancel_envelope(actor(), envelope_id, reason=form.reason.data or "")
    flash("Taken back. Whoever was asked to sign is told.", "good")
    return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)


def show_envelope(envelope_id: UUID, status: int = 200, **sent: Form) -> Response:
    """The page of an envelope, with the forms of a draft as they were `sent`, the others empty."""
    person, envelope = actor(), get_envelope(actor(), envelope_id)
    people, fields = list_people(person, envelope_id), list_fields(person, envelope_id)
    forms = {name: kind(formdata=None) for name, kind in EMPTY.items()} | sent
    offer_seats(forms["field"], people)
    return page(
        "documents/envelopes/show.html",
        status,
        envelope=envelope,
        people=people,
        fields=fields,
        history=list_history(person, envelope_id),
        consent=CONSENT_TEXTS[envelope.consent_version],
        may_prepare=can_prepare(person, envelope.state),
        may_send=can_send(person),
        is_asked=any(each.user_id == person.user_id and each.state in AWAITED for each in people),
        may_remind=can(person, P.EDIT_DOCUMENTS) and envelope.state is EnvelopeState.SENT,
        states=STATES,
        signers=SIGNERS,
        kinds=FIELD_KINDS,
        events=EVENTS,
        forms=forms,
        seen=get_sending_digest(person, envelope_id),
        named_seat=(request.view_args or {}).get("seat"),
    )


def _offer(form: EnvelopeForm) -> None:
    words = request.values.get("words", "")
    found = list_documents(actor(), DocumentFilter(words=words), most=200)
    offer_documents(form, [each for each in found if each.kind == "pdf" and each.state is not DocumentState.ARCHIVED])


def _form(form: EnvelopeForm, status: int = 200) -> Response:
    _offer(form)
    return page(
        "documents/envelopes/new.html",
        status,
        form=form,
        today=clock.today(),
        longest=clock.today() + LONGEST - timedelta(days=1),
        words=request.values.get("words", ""),
    )
