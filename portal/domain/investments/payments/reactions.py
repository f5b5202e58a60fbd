"""What follows for payments from approvals."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.approvals.signals import ApprovalClosed, ApprovalGiven
from portal.domain.identity.approvals.values import ORIGIN_CHANGE, RECEIPT, REFUND_UNDOING
from portal.domain.investments.capital_calls.services.netting import net_call, post_netting, take_netting_back
from portal.domain.investments.distributions.signals import (
    DistributionApproved,
    DistributionPosted,
    DistributionReversed,
)
from portal.domain.investments.payments.services.booking import undo_refund
from portal.domain.investments.payments.services.matching import post_receipt, reject_receipt
from portal.domain.investments.payments.services.payouts import set_origin
from portal.domain.investments.payments.values.payouts import Origin
from portal.platform.signals import reacts_to


@reacts_to(ApprovalGiven)
def do_what_was_approved(given: ApprovalGiven) -> None:
    """A payment whose match was approved is booked; a refund was none; a vehicle pays from the bank
    account that was approved."""
    if given.kind == RECEIPT.name:
        post_receipt(given.actor, _receipt(given.subject), parts=given.content["parts"])
    elif given.kind == REFUND_UNDOING.name:
        undo_refund(given.actor, _receipt(given.subject))
    elif given.kind == ORIGIN_CHANGE.name:
        set_origin(given.actor, UUID(given.subject.removeprefix("vehicle:")), Origin(**given.content["after"]))


@reacts_to(DistributionApproved)
def pay_netted_call(approved: DistributionApproved) -> None:
    """What a distribution nets pays the call, from its approval on."""
    if approved.call_id is not None and approved.netted:
        net_call(
            approved.actor, approved.call_id, approved.netted, distribution_id=approved.distribution_id,
            value_on=approved.pay_on,
        )  # fmt: skip


@reacts_to(DistributionPosted)
def post_netted_call(posted: DistributionPosted) -> None:
    """What was netted comes into the books with the distribution."""
    post_netting(posted.actor, posted.distribution_id)


@reacts_to(DistributionReversed)
def reopen_netted_call(reversed_: DistributionReversed) -> None:
    """What was netted is owed again."""
    take_netting_back(reversed_.actor, reversed_.distribution_id)


@reacts_to(ApprovalClosed)
def release_refused_receipt(closed: ApprovalClosed) -> None:
    """A payment whose match was rejected or taken back is to be matched again."""
    if closed.kind == RECEIPT.name:
        reject_receipt(closed.actor, _receipt(closed.subject))


def _receipt(subject: str) -> UUID:
    return UUID(subject.removeprefix("receipt:"))
