"""What a person consents to."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, signed_in_only
from portal.api.openapi import described
from portal.api.v1.people.privacy_schemas import ConsentAnswer, ConsentItem, Consents
from portal.api.v1.routes import v1
from portal.domain.people.privacy.queries.consents import list_consents
from portal.domain.people.privacy.services.consents import answer_consent


@v1.get("/privacy/consents")
@signed_in_only
@described(Consents, refusals=(401,))
def show_consents() -> Response:
    """What the firm asks the person's consent for, and what they answered."""
    items = [
        ConsentItem(
            each.purpose_id,
            each.name,
            each.needed,
            each.version,
            each.body,
            each.published_at.astimezone(UTC).isoformat(),
            each.given,
            each.answered_version,
            _moment(each.answered_at),
        )
        for each in list_consents(actor())
        if each.retired_at is None
    ]
    return answer(Consents(items))


@v1.put("/privacy/consents/<uuid:purpose_id>")
@signed_in_only
@described(None, status=204, refusals=(401, 404, 409))
def answer_one_consent(json: ConsentAnswer, purpose_id: UUID) -> Response:
    """Give one's consent to a text, decline or withdraw it. 409 where a newer text is in force: show that one."""
    answer_consent(actor(), purpose_id, version=json.version, given=json.given)
    return nothing()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()
