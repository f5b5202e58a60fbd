"""What comes in of carry that is paid back. The books had it with the payback itself: what comes in moves nothing."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.distributions.errors import DistributionMoved, NotOwed
from portal.domain.investments.distributions.queries.shares import find_distribution_of_share
from portal.domain.investments.distributions.services.drafting import lock_distribution
from portal.domain.investments.distributions.values.distributions import DistributionState
from portal.platform.db import execute, transactional

S = DistributionState
RECEIVE = """
UPDATE investments.distribution_shares SET received = received + %(amount)s
WHERE firm_id = %(firm)s AND id = %(share)s AND issued AND received + %(amount)s BETWEEN 0 AND -net
"""


@transactional
def receive_payback(actor: Actor, share_id: UUID, *, amount: Decimal) -> None:
    """Note that so much of what an account has to pay of a payback came in; below zero it is taken back. NotOwed for
    more than is open (or came in), DistributionMoved where the payback does not stand."""
    require(actor, Permission.PREPARE_MONEY)
    distribution_id = find_distribution_of_share(actor, share_id)
    if distribution_id is None:
        raise DistributionMoved
    lock_distribution(actor, distribution_id, S.APPROVED, S.POSTED)
    if not execute(RECEIVE, firm=actor.firm_id, share=share_id, amount=amount):
        raise NotOwed
    act = "distribution.receive" if amount > 0 else "distribution.undo_receipt"
    record_act(actor.user_id, act, f"distribution:{distribution_id}", share=str(share_id))
