"""Signing what one is asked to sign."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Response, request, url_for

from portal.api.answers import answer, led_to_file, nothing
from portal.api.auth import actor, bearer, signed_in_only
from portal.api.openapi import described
from portal.api.v1.documents.signature_schemas import (
    EnvelopeStates,
    NewForwarding,
    NewRefusal,
    NewSignature,
    SignatureDetail,
    SignatureField,
    SignatureItem,
    SignatureList,
    States,
)
from portal.api.v1.routes import v1
from portal.domain.documents.signing.queries.requests import get_request, get_shown, list_requests
from portal.domain.documents.signing.services.signing import (
    decline_envelope,
    forward_envelope,
    open_envelope,
    sign_envelope,
)
from portal.domain.documents.signing.values.envelopes import Request
from portal.domain.documents.signing.values.fields import Field
from portal.domain.documents.signing.values.marks import CONSENT_TEXTS, Circumstances, Signing
from portal.domain.identity.sessions.policies import require_freshness
from portal.platform import clock
from portal.platform.errors import NotFound
from portal.platform.file_links import Thing


@v1.get("/signatures")
@signed_in_only
@described(SignatureList)
def show_signatures() -> Response:
    """What you are asked to sign, and what you were."""
    return answer(SignatureList([_item(each) for each in list_requests(actor())]))


@v1.get("/signatures/<uuid:envelope_id>")
@signed_in_only
@described(SignatureDetail, refusals=(401, 404))
def show_signature(envelope_id: UUID) -> Response:
    """A document to sign, with its fields and the text to agree to. That you opened it is noted."""
    shown = get_shown(actor(), envelope_id)
    asked = shown.request
    if asked.is_open and request.method == "GET":
        open_envelope(actor(), envelope_id, _circumstances())
    return answer(
        SignatureDetail(
            item=_item(asked),
            message=asked.message,
            pages=asked.pages,
            digest=asked.digest,
            fields=[_field(each) for each in shown.fields],
            consent_version=asked.consent_version,
            consent=CONSENT_TEXTS[asked.consent_version],
            shown=shown.digest,
            download=url_for("api.download_signature", envelope_id=envelope_id) if asked.is_open else None,
        )
    )


@v1.get("/signatures/<uuid:envelope_id>/download")
@signed_in_only
@described(None, status=303, refusals=(401, 404))
def download_signature(envelope_id: UUID) -> Response:
    """Off to the document that you are asked to sign now, by a link that is good for a minute."""
    asked = get_request(actor(), envelope_id)
    if not asked.is_open:
        raise NotFound
    return led_to_file(Thing.SIGNATURE, envelope_id, actor())


@v1.post("/signatures/<uuid:envelope_id>/sign")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 404, 409))
def sign_document(json: NewSignature, envelope_id: UUID) -> Response:
    """Sign. Refused with 403 `proof_needed` where you proved who you are more than five minutes ago, and with 409 where
    what you saw is not what is to be signed."""
    require_freshness(bearer(), clock.now())
    given = {each.field: each.text for each in json.answers}
    signing = Signing(json.shown, json.consent, json.name, json.initials, json.path, given)
    sign_envelope(actor(), envelope_id, signing, _circumstances())
    return nothing()


@v1.post("/signatures/<uuid:envelope_id>/decline")
@signed_in_only
@described(None, status=204, refusals=(401, 404, 409))
def decline_document(json: NewRefusal, envelope_id: UUID) -> Response:
    """Decline to sign, for everybody; whoever sent it is told why."""
    decline_envelope(actor(), envelope_id, _circumstances(), reason=json.reason)
    return nothing()


@v1.post("/signatures/<uuid:envelope_id>/forward")
@signed_in_only
@described(None, status=204, refusals=(401, 404, 409))
def forward_document(json: NewForwarding, envelope_id: UUID) -> Response:
    """Have somebody else sign in your place; whoever sent it is told. The answer is the same whoever has the
    address."""
    forward_envelope(actor(), envelope_id, _circumstances(), email=json.email, reason=json.reason)
    return nothing()


def _circumstances() -> Circumstances:
    person = bearer()
    return Circumstances(person.proven_by.value, person.proven_at, request.remote_addr or "", request.user_agent.string)


def _item(asked: Request) -> SignatureItem:
    return SignatureItem(
        id=asked.envelope_id,
        title=asked.title,
        role=asked.role,
        sender=asked.sender,
        open=asked.is_open,
        state=cast(States, asked.state.value),
        envelope_state=cast(EnvelopeStates, asked.envelope_state.value),
        asked_at=asked.asked_at,
        decided_at=asked.decided_at,
        expires_at=asked.expires_at,
        document=asked.finished_document_id,
    )


def _field(each: Field) -> SignatureField:
    box = each.box
    return SignatureField(
        each.id, each.kind.value, each.page, str(box.x), str(box.y), str(box.width), str(box.height),
        each.label, each.required,
    )  # fmt: skip
