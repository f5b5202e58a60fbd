"""What makes sense of what staff enter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.distributions.values.distributions import Cost, Draft
from portal.domain.investments.distributions.values.nettings import NettableCall
from portal.domain.investments.distributions.values.plans import ENTERED, Line, Method
from portal.domain.investments.vehicles.values import Vehicle, Waterfall
from portal.platform.money import LIMIT, minor_places

FURTHEST = timedelta(days=2 * 366)


def find_day_problem(pay_on: date, today: date) -> str:
    """What is wrong with the day alone, before anything is worked out for it; empty when all is well."""
    return "Choose a day within the next two years." if pay_on > today + FURTHEST else ""


def find_draft_faults(
    draft: Draft,
    vehicle: Vehicle,
    *,
    deals: Collection[UUID],
    last_on: date | None,
    calls: Sequence[NettableCall] = (),
) -> dict[str, str]:
    """What is wrong with a draft, by field; empty when all is well. `deals` are those of the vehicle, `calls` its open
    ones, `last_on` the day of its latest distribution: tiers are paid in order of time, so that none comes before
    it."""
    faults = {}
    if not draft.lines:
        faults["lines"] = "Enter at least one amount."
    for line in draft.lines:
        problem = _line_problem(line, vehicle.currency)
        if problem:
            faults["lines"] = problem
    by_deal = draft.method is Method.WATERFALL and vehicle.terms.waterfall is Waterfall.DEAL_BY_DEAL
    if by_deal and any(line.deal_id not in deals for line in draft.lines):
        faults["lines"] = "This vehicle shares deal by deal: say for each amount which deal it came from."
    if last_on is not None and draft.pay_on < last_on:
        faults["pay_on"] = f"The last distribution is of {last_on:%d %B %Y}; this one cannot come before it."
    if problem := _netting_problem(draft, calls):
        faults["nets_call"] = problem
    return faults


def _netting_problem(draft: Draft, calls: Sequence[NettableCall]) -> str:
    if draft.nets_call_id is None:
        return ""
    call = next((each for each in calls if each.id == draft.nets_call_id), None)
    if call is None:
        return "Nothing is open on this call any more. Choose another one, or none."
    if draft.pay_on < call.issued_on:
        return f"{call.label} was issued on {call.issued_on:%d %B %Y}; what is netted against it is not paid before."
    return ""


def _line_problem(line: Line, currency: str) -> str:
    if line.source not in ENTERED:
        return "Carried interest comes out of the waterfall; it is not entered."
    if not 0 < line.amount < LIMIT:
        return "Each amount is above zero."
    if not 0 <= line.recallable <= line.amount:
        return "What may be called again is at most the amount itself."
    if _finer(line.amount, currency) or _finer(line.recallable, currency):
        return f"{currency} has {minor_places(currency)} decimal places; the amounts have more."
    return ""


def find_cost_problem(costs: Collection[Cost], currency: str) -> str:
    """What is wrong with the costs of a deal; empty when all is well."""
    if not costs:
        return "Enter at least what was invested."
    if any(not 0 < cost.amount < LIMIT or _finer(cost.amount, currency) for cost in costs):
        return f"Each amount is above zero, with at most {minor_places(currency)} decimal places."
    return ""


def _finer(amount: Decimal, currency: str) -> bool:
    return amount != round(amount, minor_places(currency))
