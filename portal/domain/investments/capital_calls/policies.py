"""What may be done with a call where it stands."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.capital_calls.values.calls import CallState


def can_edit(actor: Actor, state: CallState) -> bool:
    """Whether the actor may change a call: whoever prepares money, as long as it is a draft."""
    return can(actor, Permission.PREPARE_MONEY) and state is CallState.DRAFT


def can_ask_to_cancel(actor: Actor, state: CallState) -> bool:
    """Whether the actor may ask for the cancellation of an issued call."""
    return can(actor, Permission.PREPARE_MONEY) and state is CallState.ISSUED
