"""What makes an offering sound, where it may go from where it stands, and what is approved of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale

from portal.domain.investments.eligibility.values import Exemption, Offering
from portal.domain.investments.opportunities.values.opportunities import (
    LONGEST_SUMMARY,
    OfferedTo,
    Opportunity,
    OpportunityDescription,
    OpportunityState,
)
from portal.domain.investments.vehicles.values import Vehicle
from portal.platform.money import LIMIT, Money, minor_places

S = OpportunityState
STEPS = {
    (S.DRAFT, S.WAITING),
    (S.WAITING, S.WAITING),  # asked for anew, once nobody decided in time
    (S.WAITING, S.DRAFT),
    (S.WAITING, S.OPEN),
    (S.OPEN, S.CLOSED),
    (S.CLOSED, S.FUNDED),
}
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())


def may_become(state: OpportunityState, wanted: OpportunityState) -> bool:
    """Whether an opportunity goes from one state to the other: forward, one step at a time; only what waits for its
    approval goes back to being a draft."""
    return (state, wanted) in STEPS


def find_faults(description: OpportunityDescription, currency: str) -> dict[str, str]:
    """What is wrong with a description, by field; empty when all is well."""
    faults = {}
    if not description.name.strip():
        faults["name"] = "Give the opportunity a name."
    for name in ("target", "minimum", "maximum", "cap"):
        amount = getattr(description, name)
        if amount is not None and (fault := find_amount_fault(amount, currency)):
            faults[name] = fault
    if not faults:
        faults |= _order_faults(description)
    if unknown := sorted(set(description.jurisdictions) - COUNTRIES):
        faults["jurisdictions"] = f"These are no ISO codes of countries: {', '.join(unknown)}."
    if len(description.summary) > LONGEST_SUMMARY:
        faults["summary"] = f"Shorten it to {LONGEST_SUMMARY:,} characters."
    return faults


def find_amount_fault(amount: Decimal, currency: str) -> str:
    """Why an amount cannot be one of the currency; empty when it can."""
    if not amount.is_finite() or not 0 < amount < LIMIT:
        return "Enter an amount above zero."
    places = minor_places(currency)
    return "" if amount == round(amount, places) else f"{currency} has {places} decimals at the most."


def _order_faults(description: OpportunityDescription) -> dict[str, str]:
    faults = {}
    if description.maximum is not None and description.maximum < description.minimum:
        faults["maximum"] = "The maximum is at least the minimum."
    if description.cap is not None and description.cap < max(description.minimum, description.target):
        faults["cap"] = "The cap is at least the target and the minimum."
    return faults


def terms_of(vehicle: Vehicle) -> dict[str, str]:
    """The terms of a vehicle as an offering of it says them."""
    terms = vehicle.terms
    said = {
        "vehicle": vehicle.name,
        "strategy": vehicle.strategy or "",
        "preferred_return": f"{terms.preferred_return.normalize():f}",
        "preferred_compounding": terms.preferred_compounding.value,
        "carry": f"{terms.carry.normalize():f}",
        "catch_up": f"{terms.catch_up.normalize():f}",
        "waterfall": terms.waterfall.value,
        "management_fee": f"{terms.management_fee.normalize():f}",
    }
    return {name: value for name, value in said.items() if value}


def content_of(
    opportunity: Opportunity,
    *,
    accounts: Iterable[str],
    vehicles: Iterable[str],
    documents: Iterable[str],
    closes: Iterable[date],
) -> dict[str, Any]:
    """What is approved when an opportunity opens, word for word; the vehicles only where it is for their investors."""
    invested = {"vehicles": sorted(vehicles)} if opportunity.audience is OfferedTo.VEHICLE else {}
    amounts = {
        name: f"{amount:f}"
        for name in ("target", "minimum", "maximum", "cap")
        if (amount := getattr(opportunity, name)) is not None
    }
    return {
        "name": opportunity.name,
        "exemption": opportunity.exemption.value,
        "currency": opportunity.currency,
        **amounts,
        "offered_to": opportunity.audience.value,
        **invested,
        "accounts": [] if opportunity.audience is OfferedTo.EVERYBODY else sorted(accounts),
        "countries": sorted(opportunity.jurisdictions),
        "closes": [day.isoformat() for day in sorted(closes)],
        "documents": sorted(documents),
        "room": str(opportunity.room_id or ""),
        "summary": opportunity.summary,
        "terms": dict(opportunity.terms),
    }


def offering_of(opportunity: Opportunity) -> Offering:
    """An opportunity as eligibility asks about it."""
    return Offering(
        opportunity.exemption,
        Money(opportunity.minimum, opportunity.currency),
        opportunity.maximum,
        opportunity.jurisdictions,
        opportunity.opened_at,
        opportunity.capacity.non_accredited,
    )


def find_opening_faults(
    opportunity: Opportunity, *, accounts: Sequence[str], vehicles: Sequence[str], closes: Sequence[date], today: date
) -> str:
    """Why an opportunity is not ready to be opened, as a sentence; empty when it is."""
    if not closes or max(closes) < today:
        return "Enter the day of a close that is still to come."
    if opportunity.audience is OfferedTo.NAMED and not accounts:
        return "Name the accounts it is offered to."
    if opportunity.audience is OfferedTo.VEHICLE and not vehicles:
        return "Choose the vehicles to whose investors it is offered."
    return ""


def counts_against_limit(exemption: Exemption, *, accredited: bool) -> bool:
    """Whether a place is one of those for investors who are not accredited."""
    return exemption is Exemption.RULE_506B and not accredited
