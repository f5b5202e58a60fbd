"""Passkeys in pages: for whom they are, what the script is asked, and what it brings back in a form."""

from __future__ import annotations

import orjson
from flask import Response, request

from portal.domain.identity.passkeys.queries import get_relying_party
from portal.domain.identity.passkeys.values import LONGEST_ANSWER, Offer, PasskeyAnswer
from portal.platform.errors import Invalid
from portal.platform.passkeys import RelyingParty
from portal.platform.resources import resources


def relying_party() -> RelyingParty:
    """Whom passkeys are for on the pages of this host."""
    return get_relying_party(request.host.partition(":")[0], resources().settings.public_url)


def passkey_answer() -> PasskeyAnswer | None:
    """What a browser answered with the form of this request; None where the form has something else."""
    credential = request.form.get("credential", "")
    if not credential:
        return None
    if len(credential) > LONGEST_ANSWER:
        raise Invalid
    return PasskeyAnswer(relying_party(), request.form.get("ceremony", ""), credential)


def offered(offer: Offer) -> Response:
    """The question for the script of static/passkeys.js, for this once."""
    body = orjson.dumps({"publicKey": offer.options, "ceremony": offer.ceremony})
    response = Response(body, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
