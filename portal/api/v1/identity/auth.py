"""Signing an app in and out."""

from __future__ import annotations

from flask import Response, request

from portal.api.answers import answer, nothing
from portal.api.auth import actor, public, signed_in_only
from portal.api.errors import SignInProblem, answer_refusal
from portal.api.once import every_time
from portal.api.openapi import described
from portal.api.v1.identity.schemas import Credentials, PublicKey, PublicKeys, Refresh, Tokens, Verification
from portal.api.v1.routes import v1
from portal.domain.identity.firms.queries import find_firm_for_host
from portal.domain.identity.sessions.services import end_session
from portal.domain.identity.sessions.values import Browser
from portal.domain.identity.tokens.errors import FactorRequired
from portal.domain.identity.tokens.services import pass_app_factor, refresh_tokens, sign_in_app
from portal.domain.identity.tokens.values import FactorDue, TokenPair
from portal.platform.resources import resources


def _tokens(pair: TokenPair) -> Response:
    return answer(Tokens(pair.access_token, pair.refresh_token, "Bearer", pair.expires_in))


@v1.post("/auth/login")
@public
@described(Tokens, refusals=(401, 403, 429), bearer=False, unauthenticated=SignInProblem)
def sign_in(json: Credentials) -> Response:
    """Sign in with e-mail address and password.

    Where the person has a second factor the answer is the problem `mfa_required`, whose `mfa_token` goes with the
    factor's code to /auth/verify-mfa. Who must have a factor and has none yet is told to set it up in the browser.
    """
    firm = find_firm_for_host(request.host.partition(":")[0])
    given = sign_in_app(
        resources().signer,
        json.email,
        json.password,
        firm_id=None if firm is None else firm.id,
        agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    if isinstance(given, FactorDue):
        return answer_refusal(FactorRequired(), mfa_token=given.mfa_token)
    return _tokens(given)


@v1.get("/auth/jwks.json")
@public
@described(PublicKeys, refusals=(), bearer=False)
def show_public_keys() -> Response:
    """The public keys that access tokens can be checked with, by `kid`. Look them up again for a `kid` you do not
    know: keys are rotated."""
    response = answer(PublicKeys([PublicKey(**key) for key in resources().signer.public_keys()]))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@v1.post("/auth/verify-mfa")
@public
@described(Tokens, refusals=(401, 403, 429), bearer=False)
def verify_mfa(json: Verification) -> Response:
    """Finish signing in with a code of the authenticator app, or a recovery code."""
    browser = Browser(request.user_agent.string, request.remote_addr or "")
    vault = resources().vault
    return _tokens(pass_app_factor(resources().signer, vault, json.mfa_token, json.code, browser))


@v1.post("/auth/refresh")
@public
@described(Tokens, refusals=(401,), bearer=False)
def refresh(json: Refresh) -> Response:
    """Use up a refresh token for the next pair.

    The same token asked again within ten seconds is given the same successor, as an answer may get lost on the way.
    Later it ends the session: somebody else has a copy.
    """
    return _tokens(refresh_tokens(resources().signer, json.refresh_token))


@v1.post("/auth/logout")
@signed_in_only
@described(None, status=204, refusals=(401,))
@every_time("Afterwards there is nobody who could send it again.")
def sign_out() -> Response:
    """End the session of this access token, and with it every token it has."""
    end_session(actor())
    return nothing()
