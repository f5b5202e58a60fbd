"""Signing an app in and out."""

from __future__ import annotations

from flask import Response, request

from portal.api.answers import answer, nothing
from portal.api.auth import actor, public, signed_in_only
from portal.api.openapi import described
from portal.api.v1.identity.schemas import Credentials, Refresh, Tokens
from portal.api.v1.routes import v1
from portal.domain.identity.firms.queries import find_firm_for_host
from portal.domain.identity.sessions.services import end_session
from portal.domain.identity.tokens.services import refresh_tokens, sign_in_app
from portal.domain.identity.tokens.values import TokenPair
from portal.platform.resources import resources


def _tokens(pair: TokenPair) -> Response:
    return answer(Tokens(pair.access_token, pair.refresh_token, "Bearer", pair.expires_in))


@v1.post("/auth/login")
@public
@described(Tokens, refusals=(401,), bearer=False)
def sign_in(json: Credentials) -> Response:
    """Sign in with e-mail address and password."""
    firm = find_firm_for_host(request.host.partition(":")[0])
    pair = sign_in_app(
        resources().signer,
        json.email,
        json.password,
        firm_id=None if firm is None else firm.id,
        agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    return _tokens(pair)


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
def sign_out() -> Response:
    """End the session of this access token, and with it every token it has."""
    end_session(actor())
    return nothing()
