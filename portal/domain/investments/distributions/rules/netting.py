"""How much of what an account gets pays what it owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.distributions.values.plans import Plan

ZERO = Decimal(0)


def netted_part(payable: Decimal, owed: Decimal) -> Decimal:
    """What of the money that an account gets pays what it owes: the lesser of the two, never below zero."""
    return max(min(payable, owed), ZERO)


def net_plan(plan: Plan, owed: Mapping[UUID, Decimal]) -> Plan:
    """The plan with what of each share goes to a call; `owed` is what is open on it by account. Gross amounts, tax and
    tiers stay."""
    shares = (replace(each, netted=netted_part(each.net, owed.get(each.account_id, ZERO))) for each in plan.shares)
    return replace(plan, shares=tuple(shares))
