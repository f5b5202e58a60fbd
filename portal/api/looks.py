"""What an app was told on an investor's behalf is noted, whichever view told it."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g, request

from portal.domain.analytics.looks.services import note_look
from portal.domain.analytics.looks.values import NARROWED_BY, Glance
from portal.domain.identity.sessions.values import SignedIn

TOLD = (200, 303, 304)
# Where a part of an address is called otherwise than the page that shows the same.
KINDS = {"transaction": "journal"}


def note_answer(response: Response) -> Response:
    """Note the answer for a token's delegate, and hand it on."""
    person: SignedIn | None = g.get("bearer")
    if person is not None and request.method == "GET" and response.status_code in TOLD:
        note_look(person.actor, _glance(response))
    return response


def _glance(response: Response) -> Glance:
    named = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, UUID)}
    area, _, rest = request.path.removeprefix("/api/v1/").partition("/")
    page = rest.partition("/")[0] if area == "investments" else area
    narrowed = [request.args.get(name, type=UUID) for name in NARROWED_BY.get(page, ())]
    resource = f"route:{request.endpoint}"
    for name, value in named.items():
        kind = name.removesuffix("_id")
        resource = f"{KINDS.get(kind, kind)}:{value}"
    ids = list(named.values()) or [each for each in narrowed if each is not None]
    return Glance(page, resource, tuple(ids), response.status_code == 303)
