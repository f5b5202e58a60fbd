"""What follows for people who left from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Role
from portal.domain.identity.approvals.signals import ApprovalGiven
from portal.domain.identity.approvals.values import USER_RETURN
from portal.domain.identity.leaving.services import switch_user_on
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def let_back_in(given: ApprovalGiven) -> None:
    """Who was approved to come back may sign in."""
    if given.kind == USER_RETURN.name:
        user_id = UUID(given.subject.removeprefix("user:"))
        switch_user_on(given.actor, user_id, roles=frozenset(map(Role, given.content["roles"])))
