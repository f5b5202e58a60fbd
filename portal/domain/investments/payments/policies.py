"""Who may match, confirm, take back and pay out."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.payments.values.receipts import Receipt, ReceiptState


def can_prepare(actor: Actor) -> bool:
    """Whether the actor may read bank files in and match payments."""
    return can(actor, Permission.PREPARE_MONEY)


def can_take_back(actor: Actor, receipt: Receipt) -> bool:
    """Whether the actor may take a posted receipt back: somebody who approves money and did not make it."""
    approves = can(actor, Permission.APPROVE_MONEY)
    return approves and receipt.state is ReceiptState.POSTED and actor.user_id != receipt.made_by_id
