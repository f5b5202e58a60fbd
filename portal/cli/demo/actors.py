"""People of the demo as they act for themselves."""

from __future__ import annotations

from portal.cli.demo.cast import Cast
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import ApprovalKind
from portal.platform.tenancy import acting_as


def find_actor(system: Actor, cast: Cast, name: str) -> Actor:
    """Somebody of the cast, by name."""
    person = next(each for each in (*cast.staff, *cast.investors) if each.name == name)
    user = find_user_by_email(system, person.email)
    if user is None:
        raise RuntimeError(f"{name} is not in the demo.")
    return Actor(system.firm_id, user.id, user.roles, user.name)


def approve(manager: Actor, kind: ApprovalKind, subject: str) -> None:
    """A manager's approval of what was asked for, where it still is."""
    with acting_as(manager.tenancy):
        asked = find_open_approval(manager, kind.name, subject)
        if asked is not None:
            decide_approval(manager, asked.id, digest=asked.digest, approves=True)
