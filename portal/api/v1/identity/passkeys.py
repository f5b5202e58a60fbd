"""Signing an app in with a passkey, and reading what a passkey said."""

from __future__ import annotations

from json import dumps

from flask import Response, request

from portal.api.answers import answer
from portal.api.auth import public
from portal.api.openapi import described
from portal.api.v1.identity.schemas import PasskeyAnswer, PasskeyOptions, Proof, Tokens
from portal.api.v1.routes import v1
from portal.domain.identity.firms.queries import find_firm_for_host
from portal.domain.identity.passkeys import values
from portal.domain.identity.passkeys.queries import get_relying_party, get_sign_in_offer
from portal.domain.identity.sessions.values import Browser
from portal.domain.identity.tokens.services import sign_in_app_with_passkey
from portal.platform.passkeys import RelyingParty
from portal.platform.resources import resources


def relying_party() -> RelyingParty:
    """Whom passkeys are for on this host."""
    return get_relying_party(request.host.partition(":")[0], resources().settings.public_url)


def answer_of(said: PasskeyAnswer) -> values.PasskeyAnswer:
    """What a passkey said, as services take it."""
    return values.PasskeyAnswer(relying_party(), said.ceremony, dumps(said.credential))


def proof_of(json: Proof) -> str | values.PasskeyAnswer:
    """A proof, as services take it."""
    return json.proof if isinstance(json.proof, str) else answer_of(json.proof)


@v1.post("/auth/passkeys/options")
@public
@described(PasskeyOptions, refusals=(), bearer=False)
def begin_passkey_sign_in() -> Response:
    """Ask for whichever passkey the person has here; no address and no password."""
    offer = get_sign_in_offer(resources().vault, relying_party())
    return answer(PasskeyOptions(offer.options, offer.ceremony))


@v1.post("/auth/passkeys/verify")
@public
@described(Tokens, refusals=(401, 409, 429), bearer=False)
def sign_in_with_passkey(json: PasskeyAnswer) -> Response:
    """Sign in with a passkey. It was unlocked by its person, so that nothing more is asked."""
    firm = find_firm_for_host(request.host.partition(":")[0])
    pair = sign_in_app_with_passkey(
        resources().signer,
        resources().vault,
        answer_of(json),
        firm_id=None if firm is None else firm.id,
        browser=Browser(request.user_agent.string, request.remote_addr or ""),
    )
    return answer(Tokens(pair.access_token, pair.refresh_token, "Bearer", pair.expires_in))
