"""What somebody was shown on an investor's behalf is noted, whichever page it was."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Response, request

from portal.domain.analytics.looks.services import note_look
from portal.domain.analytics.looks.values import Glance
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
    account = request.args.get("account", type=UUID)
    named = [value for value in (request.view_args or {}).values() if isinstance(value, UUID)]
    narrowed = [account, request.args.get("holding", type=UUID)]
    resource = f"account:{account}" if account and not named else named_thing()
    taken = response.status_code == 303 or "Content-Disposition" in response.headers
    ids = (*named, *(each for each in narrowed if each is not None))
    return Glance(request.blueprint or "", resource, ids, taken)


def init_app(app: Flask) -> None:
    """Note each page after it was made."""
    app.after_request(_note)
