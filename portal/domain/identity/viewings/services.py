"""Viewing the portal as an investor does: beginning, noting each page, ending."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.viewings.errors import NotViewable
from portal.domain.identity.viewings.models import ViewingRecord
from portal.domain.identity.viewings.policies import can_view
from portal.domain.identity.viewings.values import LONGEST, Viewing
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden
from portal.platform.tenancy import acting_as

END = """
UPDATE identity.viewings SET ended_at = LEAST(now(), ends_at)
WHERE firm_id = %(firm)s AND session_id = %(session)s AND ended_at IS NULL
"""


@transactional
def begin_viewing(actor: Actor, user_id: UUID, *, reason: str) -> UUID:
    """View the portal as this investor in the actor's session, for half an hour at the most and without any write; one
    begun before ends. `reason` is told to the investor. NotFound, NotViewable."""
    require(actor, Permission.VIEW_AS_INVESTOR)
    if actor.session_id is None or actor.user_id is None or actor.read_only:
        raise Forbidden
    user = get_user(actor, user_id)
    if not user.active or not can_view(actor, user.roles):
        raise NotViewable
    execute(END, firm=actor.firm_id, session=actor.session_id)
    now = clock.now()
    record = ViewingRecord(
        firm_id=actor.firm_id,
        session_id=actor.session_id,
        viewer_id=actor.user_id,
        investor_id=user_id,
        reason=reason.strip(),
        begun_at=now,
        ends_at=now + LONGEST,
    )
    session.add(record)
    session.flush()
    record_act(actor.user_id, "viewing.begin", f"viewing:{record.id}", on_behalf_of=user_id, user=str(user_id))
    return record.id


def note_viewed_page(viewing: Viewing, *, page: str, resource: str) -> None:
    """Record that the viewer was shown a page, in a transaction of its own and in the viewer's name."""
    with acting_as(viewing.viewer.tenancy):
        record_viewed_page(viewing, page=page, resource=resource)


@transactional
def record_viewed_page(viewing: Viewing, *, page: str, resource: str) -> None:
    """Record it, in the viewer's tenancy."""
    record_act(viewing.viewer.user_id, "viewing.look", resource, on_behalf_of=viewing.investor.user_id, page=page)


def end_viewing(viewing: Viewing) -> None:
    """Let the session be the viewer's own again, at its next request."""
    with acting_as(viewing.viewer.tenancy):
        close_viewing(viewing)


@transactional
def close_viewing(viewing: Viewing) -> None:
    """Write that it is over, in the viewer's tenancy."""
    if execute(END, firm=viewing.viewer.firm_id, session=viewing.viewer.session_id) == 1:
        investor_id = viewing.investor.user_id
        record_act(viewing.viewer.user_id, "viewing.end", f"viewing:{viewing.id}", on_behalf_of=investor_id)
