"""Viewing the portal as an investor does: beginning, noting each page, ending."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.viewings.errors import NotViewable
from portal.domain.identity.viewings.models import ViewingRecord
from portal.domain.identity.viewings.policies import can_view
from portal.domain.identity.viewings.queries import list_open_viewings
from portal.domain.identity.viewings.values import LONGEST, Viewing
from portal.platform import clock, db
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden
from portal.platform.outbox import enqueue_many
from portal.platform.tenancy import acting_as

END = """
UPDATE identity.viewings SET ended_at = LEAST(%(now)s, ends_at)
WHERE firm_id = %(firm)s AND id = %(id)s AND ended_at IS NULL
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
    _end_open(actor, list_open_viewings(actor, session_id=actor.session_id))
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
    due = {"viewing_id": str(record.id)}
    enqueue_many("viewings.end", [(due, str(record.id))], due_at=record.ends_at)
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
    _end_open(viewing.viewer, list_open_viewings(viewing.viewer, viewing_id=viewing.id))


@transactional
def end_overdue_viewing(system: Actor, viewing_id: UUID) -> None:
    """Write that a view is over whose time has run out, or whose session has ended, in the system tenancy."""
    _end_open(system, list_open_viewings(system, viewing_id=viewing_id))


@transactional
def end_views_of(system: Actor, user_id: UUID) -> None:
    """End the views of a person and as this person, in the system tenancy."""
    _end_open(system, list_open_viewings(system, user_id=user_id))


def _end_open(actor: Actor, viewings: Sequence[db.AnyRow]) -> None:
    """Each end is written once, in the viewer's name, whoever notices it."""
    for each in viewings:
        if execute(END, firm=actor.firm_id, id=each.id, now=clock.now()) == 1:
            record_act(each.viewer_id, "viewing.end", f"viewing:{each.id}", on_behalf_of=each.investor_id)
