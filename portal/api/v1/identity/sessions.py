"""Where a person is signed in."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, signed_in_only
from portal.api.openapi import described
from portal.api.v1.identity.schemas import SessionItem, Sessions
from portal.api.v1.routes import v1
from portal.domain.identity.devices.queries import list_devices
from portal.domain.identity.devices.services import end_device, end_other_devices


@v1.get("/auth/sessions")
@signed_in_only
@described(Sessions, refusals=(401,))
def show_sessions() -> Response:
    """Every browser and app in which the person is signed in, this one first."""
    items = [
        SessionItem(
            each.id,
            "app" if each.is_app else "browser",
            each.agent,
            each.address,
            each.signed_in_at,
            each.seen_at,
            each.is_this,
        )
        for each in list_devices(actor())
    ]
    return answer(Sessions(items))


@v1.delete("/auth/sessions/<uuid:session_id>")
@signed_in_only
@described(None, status=204, refusals=(401, 404))
def end_one_session(session_id: UUID) -> Response:
    """Sign out of one browser or app, at once."""
    end_device(actor(), session_id)
    return nothing()


@v1.delete("/auth/sessions")
@signed_in_only
@described(None, status=204, refusals=(401,))
def end_other_sessions() -> Response:
    """Sign out of every browser and app but this one, at once."""
    end_other_devices(actor())
    return nothing()
