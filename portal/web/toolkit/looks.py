"""What somebody was shown on an investor's behalf is noted, whichever page it was."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Response, request

from portal.domain.analytics.looks.services import note_look
from portal.domain.analytics.looks.values import NARROWED_BY, Glance
from portal.domain.identity.viewings.services import note_viewed_page
from portal.web.toolkit.refusals import named_thing
from portal.web.toolkit.session import signed_in

SHOWN = (200, 303, 304)


def _note(response: Response) -> Response:
    person = signed_in()
    if person is not None and request.method == "GET" and response.status_code in SHOWN:
        if person.viewing is None:
            note_look(person.actor, _glance(response))
        else:
            note_viewed_page(person.viewing, page=request.blueprint or "", resource=named_thing())
    return response


def _glance(response: Response) -> Glance:
    page = request.blueprint or ""
    named = [value for value in (request.view_args or {}).values() if isinstance(value, UUID)]
    narrowed = {name: request.args.get(name, type=UUID) for name in NARROWED_BY.get(page, ())}
    account = narrowed.get("account")
    resource = f"account:{account}" if account and not named else named_thing()
    taken = response.status_code == 303 or "Content-Disposition" in response.headers
    ids = named or [each for each in narrowed.values() if each is not None]
    return Glance(page, resource, tuple(ids), taken)


def init_app(app: Flask) -> None:
    """Note each page after it was made."""
    app.after_request(_note)
