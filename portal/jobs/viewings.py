"""Views of the portal as an investor whose time is up."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.viewings.services import end_overdue_viewing
from portal.platform.outbox import Work


def end(work: Work) -> None:
    """Write the end of a view that nobody ended."""
    end_overdue_viewing(Actor.system(work.firm_id), UUID(work.arguments["viewing_id"]))
