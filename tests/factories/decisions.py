"""Somebody else decides what was asked for."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval, get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import ApprovalKind
from portal.platform.tenancy import acting_as


def decide(approver: Actor, kind: ApprovalKind, subject: str, *, approves: bool = True, comment: str = "") -> UUID:
    """The open request of this kind for `subject`, approved or rejected as it reads now; its id."""
    with acting_as(approver.tenancy):
        found = find_open_approval(approver, kind.name, subject)
        assert found is not None, f"nothing waits for {subject}"
        digest = get_approval(approver, found.id).digest
        decide_approval(approver, found.id, digest=digest, approves=approves, comment=comment)
        return found.id
