"""What follows for transfers from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import TRANSFER
from portal.domain.investments.transfers.services import close_transfer, post_transfer
from portal.domain.investments.transfers.values import TransferState
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def post_what_was_approved(given: ApprovalGiven) -> None:
    """An approved transfer is posted for both accounts."""
    if given.kind == TRANSFER.name:
        post_transfer(given.actor, _transfer(given.subject), digest=given.content["digest"])


@reacts_to(ApprovalClosed)
def close_what_was_refused(closed: ApprovalClosed) -> None:
    """A transfer that was refused or taken back is done with."""
    if closed.kind == TRANSFER.name:
        close_transfer(closed.actor, _transfer(closed.subject), TransferState.REFUSED)


def _transfer(subject: str) -> UUID:
    return UUID(subject.removeprefix("transfer:"))
