"""Carry that is held back let go: asked for by one, approved by another, put into the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.approvals.services import request_approval
from portal.domain.identity.approvals.values import CARRY_RELEASE
from portal.domain.identity.audit.services import record_act
from portal.domain.investments.distributions.errors import EscrowMoved
from portal.domain.investments.distributions.queries.carries import get_carry, get_release_part
from portal.domain.investments.distributions.rules.releasing import find_release_faults
from portal.domain.investments.distributions.services.drafting import (
    LOCK_VEHICLE,
    add_distribution,
    freeze_distribution,
)
from portal.domain.investments.distributions.services.paying import issue_distribution, post_distribution
from portal.domain.investments.distributions.values.carries import Carry
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Component, Line, Method, Plan, Share, Source
from portal.platform import clock
from portal.platform.db import fetch_value, transactional
from portal.platform.errors import Invalid


@transactional
def request_release(actor: Actor, vehicle_id: UUID, *, amount: Decimal, reason: str) -> UUID:
    """Ask another to let carry that is held back go to the account that receives it; the id of the request. Invalid
    with a message per field: never more than is held back, nor what a clawback would ask for today."""
    require(actor, Permission.PREPARE_MONEY)
    carry = get_carry(actor, vehicle_id, on=clock.today())
    if faults := find_release_faults(carry, amount, reason):
        raise Invalid(fields=faults)
    part = get_release_part(actor, vehicle_id, amount, on=clock.today())
    content, subject = _content(carry, part, reason.strip()), f"vehicle:{vehicle_id}"
    record_act(actor.user_id, "carry.ask_release", subject)
    return request_approval(actor, CARRY_RELEASE, subject=subject, content=content, reason=reason.strip())


@transactional
def release_carry(actor: Actor, vehicle_id: UUID, *, content: dict[str, Any], asked_by: UUID) -> UUID:
    """Let carry go as it was asked for, in the transaction of the approval: a distribution to the account that receives
    it, told and in the books at once; its id. EscrowMoved where what is held back, who receives it, what is withheld or
    what a clawback would ask for is not what was asked for."""
    require(actor, Permission.APPROVE_MONEY)
    fetch_value(LOCK_VEHICLE, firm=actor.firm_id, id=vehicle_id)  # of one vehicle, one after the other
    today, amount = clock.today(), Decimal(content["amount"])
    carry, part = get_carry(actor, vehicle_id, on=today), get_release_part(actor, vehicle_id, amount, on=today)
    moved = _content(carry, part, content["reason"]) != content or amount > carry.releasable
    if moved or carry.account_id is None:
        raise EscrowMoved
    line = Line(Source.CARRIED_INTEREST, amount)
    draft = Draft(vehicle_id, today, Method.RELEASE, (line,), content["reason"])
    record = add_distribution(actor, draft, made_by=asked_by)
    freeze_distribution(actor, record, draft, Plan((Share(carry.account_id, (part,), {}),), (), -amount))
    issue_distribution(actor, record)
    post_distribution(actor, record.id)
    record_act(actor.user_id, "carry.release", f"vehicle:{vehicle_id}", amount=str(amount))
    return record.id


def _content(carry: Carry, part: Component, reason: str) -> dict[str, Any]:
    """What is approved, word for word."""
    sums = {
        "held_back": carry.held_back, "released": carry.released, "left": carry.left, "amount": part.amount,
        "withheld": part.withheld,
    }  # fmt: skip
    return {
        "account": str(carry.account_id),
        "currency": carry.currency,
        "reason": reason,
        **{name: f"{amount:.4f}" for name, amount in sums.items()},
    }
