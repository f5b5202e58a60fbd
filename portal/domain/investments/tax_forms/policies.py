"""What may be done with tax forms where they stand."""

from __future__ import annotations

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.tax_forms.values.runs import RunState


def can_propose(actor: Actor, state: RunState) -> bool:
    """Whether the actor may put a run up for approval: whoever prepares money, as long as it is a draft."""
    return can(actor, Permission.PREPARE_MONEY) and state is RunState.DRAFT


def can_discard(actor: Actor, state: RunState) -> bool:
    """Whether the actor may throw a run away: the same."""
    return can_propose(actor, state)


def can_answer_consent(actor: Actor, *, acts_for_account: bool) -> bool:
    """Whether the actor may say how an account's forms are delivered: who acts for it, signed in themselves."""
    return acts_for_account and actor.user_id is not None and not actor.read_only
