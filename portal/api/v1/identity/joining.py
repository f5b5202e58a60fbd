"""Registering, and setting name and password by the link of an invitation or registration."""

from __future__ import annotations

from flask import Response, request

from portal.api.answers import nothing
from portal.api.auth import public
from portal.api.openapi import described
from portal.api.v1.identity.schemas import Joining, Registration
from portal.api.v1.routes import v1
from portal.domain.identity.firms.queries import find_registering_firm
from portal.domain.identity.joining.services import join_by_link, request_registration
from portal.platform.errors import NotFound
from portal.platform.resources import resources


@v1.post("/auth/register")
@public
@described(None, status=204, refusals=(404, 429), bearer=False)
def register(json: Registration) -> Response:
    """Have a link sent that confirms an address, where the firm of this host is open to everybody.

    The answer is the same for every address, known or not. The link opens once and within a day.
    """
    firm = find_registering_firm(request.host.partition(":")[0])
    if firm is None:
        raise NotFound("Nobody registers here without an invitation.")
    request_registration(resources().sealer, json.email, firm_id=firm.id)
    return nothing()


@v1.post("/auth/join")
@public
@described(None, status=204, refusals=(404, 409), bearer=False)
def join(json: Joining) -> Response:
    """Set name and password with the token of an invitation's or registration's link, its last part.

    Then sign in with /auth/login. Staff set up a second factor in the browser first.
    """
    join_by_link(json.token, name=json.name, password=json.password)
    return nothing()
