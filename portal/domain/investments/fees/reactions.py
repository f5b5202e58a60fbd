"""What follows for fees from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import FEE_CHARGE
from portal.domain.investments.fees.services import post_fee, return_fee, undo_fee
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def charge_what_was_approved(given: ApprovalGiven) -> None:
    """A fee that was approved is posted, or taken back."""
    if given.kind != FEE_CHARGE.name:
        return
    if given.content["act"] == "undo":
        undo_fee(given.actor, _charge(given.subject))
    else:
        post_fee(given.actor, _charge(given.subject), digest=given.content["digest"])


@reacts_to(ApprovalClosed)
def return_what_was_refused(closed: ApprovalClosed) -> None:
    """A fee that was not approved is a draft again; one that was to be undone stands."""
    if closed.kind == FEE_CHARGE.name:
        return_fee(closed.actor, _charge(closed.subject))


def _charge(subject: str) -> UUID:
    return UUID(subject.removeprefix("fee_charge:"))
