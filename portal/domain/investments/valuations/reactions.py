"""What follows for valuations from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import VALUATION
from portal.domain.investments.valuations.services import post_valuation, return_valuation, undo_valuation
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def do_what_was_approved(given: ApprovalGiven) -> None:
    """A valuation that was approved is posted, or taken back."""
    if given.kind != VALUATION.name:
        return
    if given.content["act"] == "undo":
        undo_valuation(given.actor, _valuation(given.subject))
    else:
        post_valuation(given.actor, _valuation(given.subject), digest=given.content["digest"])


@reacts_to(ApprovalClosed)
def return_what_was_refused(closed: ApprovalClosed) -> None:
    """A valuation that was not approved is a draft again; one that was to be undone stands."""
    if closed.kind == VALUATION.name:
        return_valuation(closed.actor, _valuation(closed.subject))


def _valuation(subject: str) -> UUID:
    return UUID(subject.removeprefix("valuation:"))
