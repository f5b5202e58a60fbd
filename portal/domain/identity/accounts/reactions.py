"""What follows for people from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Role
from portal.domain.identity.accounts.services import change_roles
from portal.domain.identity.approvals.signals import ApprovalGiven
from portal.domain.identity.approvals.values import ROLES_CHANGE
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def change_approved_roles(given: ApprovalGiven) -> None:
    """Roles that were approved are given and taken."""
    if given.kind == ROLES_CHANGE.name:
        user_id = UUID(given.subject.removeprefix("user:"))
        before, after = (frozenset(map(Role, given.content[side])) for side in ("before", "after"))
        change_roles(given.actor, user_id, before=before, after=after)
