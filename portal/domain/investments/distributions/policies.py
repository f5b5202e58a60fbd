"""Who may do what with distributions. Who may see them is said in queries/visibility.py."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_prepare_distributions(actor: Actor) -> bool:
    """Whether the actor may prepare distributions and send them for approval."""
    return can(actor, Permission.PREPARE_MONEY)


def can_pay_out(actor: Actor) -> bool:
    """Whether the actor may make payment files of approved distributions."""
    return can(actor, Permission.APPROVE_MONEY)
