"""Changing one's password, and getting a new one when it is forgotten."""

from __future__ import annotations

from flask import Response, request

from portal.api.answers import nothing
from portal.api.auth import actor, public, signed_in_only
from portal.api.openapi import described
from portal.api.v1.identity.schemas import ForgottenPassword, NewPassword, PasswordByLink
from portal.api.v1.routes import v1
from portal.domain.identity.firms.queries import find_firm_for_host
from portal.domain.identity.passwords.services import change_password as replace_password
from portal.domain.identity.passwords.services import request_password_reset
from portal.domain.identity.passwords.services import reset_password as replace_forgotten_password
from portal.platform.resources import resources


@v1.post("/auth/password/change")
@signed_in_only
@described(None, status=204, refusals=(401, 403, 429))
def change_password(json: NewPassword) -> Response:
    """Change the password after proof of the present one.

    Every other session ends, of browsers and of apps, and the person is told by mail.
    """
    replace_password(actor(), current=json.current, new=json.password)
    return nothing()


@v1.post("/auth/password/forgot")
@public
@described(None, status=204, refusals=(429,), bearer=False)
def forget_password(json: ForgottenPassword) -> Response:
    """Have a link for a new password sent to an address.

    The answer is the same for every address, known or not. The link opens once and within an hour.
    """
    firm = find_firm_for_host(request.host.partition(":")[0])
    request_password_reset(resources().sealer, json.email, firm_id=None if firm is None else firm.id)
    return nothing()


@v1.post("/auth/password/reset")
@public
@described(None, status=204, refusals=(404, 409), bearer=False)
def reset_password(json: PasswordByLink) -> Response:
    """Set a new password with the token of a link, its last part.

    Every session ends, and the person is told by mail.
    """
    replace_forgotten_password(json.token, new=json.password)
    return nothing()
