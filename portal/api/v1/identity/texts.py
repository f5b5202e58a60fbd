"""Codes by text message."""

from __future__ import annotations

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, public, signed_in_only
from portal.api.once import every_time
from portal.api.openapi import described
from portal.api.v1.identity.passkeys import proof_of
from portal.api.v1.identity.schemas import PendingSignIn, Proof, RecoveryCodes
from portal.api.v1.routes import v1
from portal.domain.identity.devices.services import end_other_devices
from portal.domain.identity.sessions.queries import find_pending_session
from portal.domain.identity.sessions.services import prove_person
from portal.domain.identity.texts.services import enrol_texts, send_text_code
from portal.domain.identity.tokens.errors import TokenRefused
from portal.platform.errors import NotFound
from portal.platform.resources import resources


@v1.post("/auth/verify-mfa/text")
@public
@described(None, status=204, refusals=(401, 409, 429), bearer=False)
def send_code(json: PendingSignIn) -> Response:
    """Have a code sent by text message, for those who use them; it goes to /auth/verify-mfa, within five minutes."""
    pending = find_pending_session(json.mfa_token, kind="api")
    if pending is None:
        raise TokenRefused
    send_text_code(pending.actor, resources().sealer)
    return nothing()


@v1.post("/auth/factors/texts")
@signed_in_only
@described(RecoveryCodes, refusals=(401, 403, 404, 409))
@every_time("Its answer holds secrets, which are kept nowhere.")
def turn_texts_on(json: Proof) -> Response:
    """Have codes sent to one's telephone number from now on, where the firm allows it; never for staff.

    The recovery codes, where this is the first factor. Every other browser and app is signed out.
    """
    if resources().sms is None:
        raise NotFound("This portal sends no text messages.")
    prove_person(resources().vault, bearer(), proof_of(json))
    codes = enrol_texts(actor())
    end_other_devices(actor())
    return answer(RecoveryCodes(list(codes)))


@v1.post("/auth/factors/texts/code")
@signed_in_only
@described(None, status=204, refusals=(401, 409))
def send_proof_code() -> Response:
    """Have a code sent by text message, as the proof that another operation wants."""
    send_text_code(actor(), resources().sealer)
    return nothing()
