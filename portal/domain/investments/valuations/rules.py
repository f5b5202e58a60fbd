"""A vehicle's value, and its fair division among those who hold it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.ledger.values import Entry, EntryKind, HoldingFigures
from portal.domain.investments.valuations.values import COMPONENTS, Basis, NewValuation, Share, Valuation
from portal.platform.money import allocate, minor_places

ZERO = Decimal(0)


def net_asset_value(components: Mapping[str, Decimal]) -> Decimal:
    """Assets less liabilities."""
    return sum((COMPONENTS[name][1] * amount for name, amount in components.items()), ZERO)


def find_faults(given: NewValuation, today: date) -> dict[str, str]:
    """What is wrong with what was entered, by field."""
    faults = {name: "Enter it as a positive amount." for name, amount in given.components.items() if amount < 0}
    if given.valued_on > today:
        faults["valued_on"] = "A value is of a day that has come."
    if net_asset_value(given.components) < 0:
        faults["payables"] = "The net asset value would be negative; a value of nothing is the least."
    if not given.reason.strip():
        faults["reason"] = "Say where the value comes from: who valued, by which report."
    return faults


def share_out(amount: Decimal, holdings: Sequence[HoldingFigures], given: NewValuation, currency: str) -> list[Share]:
    """Each holder's part of `amount` and of the carry accrued, in the order of admission. By capital: the adjusted NAV
    of the day, or what was paid in and not paid out where there was no valuation yet; one that is below zero counts as
    nothing. Largest remainder, ties to the earliest admitted. Raises NothingToShareBy when nobody has any weight."""
    admitted = sorted(holdings, key=lambda each: (each.first_on or date.max, each.id))
    weights = [_weight(each, given) for each in admitted]
    parts = _divided(amount, weights, currency)
    accrued = _divided(given.components.get("accrued_carry", ZERO), weights, currency)
    each_part = zip(admitted, weights, parts, accrued, strict=True)
    return [Share(each.account_id, weight, part, each.nav, carry) for each, weight, part, carry in each_part]


def _divided(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    return allocate(amount, weights, places=minor_places(currency)) if amount else [ZERO] * len(weights)


def _weight(holding: HoldingFigures, given: NewValuation) -> Decimal:
    if given.basis is Basis.UNITS:
        return given.units.get(holding.account_id, ZERO)
    if given.basis is Basis.COMMITMENT:
        return max(holding.commitment, ZERO)
    return max(holding.capital, ZERO)


def shares_digest(vehicle_id: UUID, valued_on: date, amount: Decimal, shares: Iterable[Share]) -> str:
    """What an approval is of: SHA-256, in hex, of the value and of each account's parts."""
    lines = sorted(f"{each.account_id}:{each.amount:.4f}:{each.accrued_carry:.4f}" for each in shares)
    return hashlib.sha256("|".join([f"{vehicle_id}:{valued_on}:{amount:.4f}", *lines]).encode()).hexdigest()


def valuation_entries(valuation: Valuation, shares: Iterable[Share]) -> list[Entry]:
    """What posting it writes into the ledger: one valuation per account."""
    day = valuation.valued_on
    return [
        Entry(
            each.account_id, valuation.vehicle_id, EntryKind.VALUATION, day, each.amount,
            f"valuation:{valuation.vehicle_id}:{day}:{each.account_id}",
            hashlib.sha256(f"valuation:{day}:{each.amount:.4f}".encode()).hexdigest(),
            reference=f"NAV {day.day} {day:%b %Y}",
        )
        for each in shares
    ]  # fmt: skip
