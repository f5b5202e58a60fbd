"""A draft worked out from the books as they are now."""

from __future__ import annotations

from portal.domain.identity.access.values import Actor
from portal.domain.investments.distributions.errors import MoreThanOwed, NoCarryAccount, NothingToPay
from portal.domain.investments.distributions.queries.books import get_course, get_ground
from portal.domain.investments.distributions.queries.carries import get_carry
from portal.domain.investments.distributions.queries.nettings import get_open_dues
from portal.domain.investments.distributions.rules.netting import net_plan
from portal.domain.investments.distributions.rules.paying_back import plan_payback
from portal.domain.investments.distributions.rules.planning import plan_distribution
from portal.domain.investments.distributions.values.distributions import Draft
from portal.domain.investments.distributions.values.plans import Method, Plan
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.money import NothingToShareBy


def get_plan(actor: Actor, draft: Draft) -> Plan:
    """A draft worked out from the books as they are now, with what of it pays the call that it nets, for staff.
    NothingToPay, NoCarryAccount, NothingToNet; of a payback MoreThanOwed."""
    try:
        plan = _get_payback(actor, draft) if draft.method is Method.CLAWBACK else _get_payout(actor, draft)
    except NothingToShareBy as error:
        raise NothingToPay from error
    return plan if draft.nets_call_id is None else net_plan(plan, get_open_dues(actor, draft.nets_call_id))


def _get_payout(actor: Actor, draft: Draft) -> Plan:
    ground = get_ground(actor, draft.vehicle_id, on=draft.pay_on)
    plan = plan_distribution(ground, draft.method, draft.lines, on=draft.pay_on)
    if plan.carry and ground.carry_account is None:
        raise NoCarryAccount
    return plan


def _get_payback(actor: Actor, draft: Draft) -> Plan:
    carry = get_carry(actor, draft.vehicle_id, on=draft.pay_on)
    if draft.entered > carry.clawback.owed:
        raise MoreThanOwed
    if carry.account_id is None:
        raise NoCarryAccount
    ground = get_ground(actor, draft.vehicle_id, on=draft.pay_on)
    course = get_course(actor, get_vehicle(actor, draft.vehicle_id), draft.pay_on)
    return plan_payback(ground, course, draft.entered, held=carry.left, on=draft.pay_on)
