"""Who may do what with subscriptions; whose they are, row security and the queries see to."""

from __future__ import annotations

from portal.domain.identity.access.policies import can, require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.subscriptions.rules.progress import list_acts
from portal.domain.investments.subscriptions.values.subscriptions import Act, SubscriptionState
from portal.platform.errors import Forbidden

MAY: dict[Act, Permission] = {
    Act.SUBMIT: Permission.INVEST,
    Act.WITHDRAW: Permission.INVEST,
    Act.SEND_BACK: Permission.EDIT_OFFERINGS,
    Act.ACCEPT: Permission.APPROVE_OFFERINGS,
    Act.DECLINE: Permission.APPROVE_OFFERINGS,
    Act.CANCEL: Permission.APPROVE_OFFERINGS,
}


def can_act(actor: Actor, act: Act, state: SubscriptionState) -> bool:
    """Whether the actor may do this to a subscription that stands there: investors submit and withdraw, associates send
    back, managers decide."""
    return not actor.read_only and act in list_acts(state) and can(actor, MAY[act])


def require_investor(actor: Actor) -> None:
    """Forbidden for whoever may not invest, or only looks at what an investor sees."""
    require(actor, Permission.INVEST)
    if actor.user_id is None or actor.read_only:
        raise Forbidden
