"""Whether a page asks its reader for an answer to a text of the firm."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.people.privacy.queries.consents import exists_unanswered_consent
from portal.platform import clock

SETTLED = timedelta(minutes=1)  # a new text is asked for so much later at the most, and no page costs a question more
MOST = 10_000
_settled: dict[UUID, datetime] = {}


def consent_awaited(actor: Actor) -> bool:
    """Whether the firm needs an answer of the actor. That it does not is remembered for a minute; that it does is
    looked up anew on each page, so that the line goes with the answer."""
    if actor.user_id is None or _settled.get(actor.user_id, clock.now()) > clock.now():
        return False
    awaited = exists_unanswered_consent(actor)
    if not awaited:
        if len(_settled) >= MOST:
            _settled.clear()
        _settled[actor.user_id] = clock.now() + SETTLED
    return awaited
