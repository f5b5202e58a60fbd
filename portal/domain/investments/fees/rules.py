"""The arithmetic of management fees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.fees.values import YEAR_DAYS, FeeCharge, FeeShare, NewFeeCharge
from portal.domain.investments.ledger.values import Entry, EntryKind, HoldingFigures
from portal.domain.investments.vehicles.values import DayCount, FeeBasis, Terms
from portal.platform.money import Money, allocate, minor_places

ZERO = Decimal(0)


def find_faults(given: NewFeeCharge, today: date) -> dict[str, str]:
    """What is wrong with what was entered, by field."""
    faults = {}
    if given.ends_on < given.starts_on:
        faults["ends_on"] = "The last day comes after the first."
    elif given.ends_on > today:
        faults["ends_on"] = "The ledger takes what has happened: a period is charged once it is over."
    if given.measured_on > given.ends_on:
        faults["measured_on"] = "The day it is measured on lies in the period, or before it."
    if given.offsets < 0:
        faults["offsets"] = "Enter it as a positive amount."
    if any(amount < 0 for amount in given.rebates.values()):
        faults["rebates"] = "Enter rebates as positive amounts."
    return faults


def count_days(starts_on: date, ends_on: date, day_count: DayCount) -> int:
    """The days of a period, both its ends counted: as the calendar has them, or every month as thirty (30/360 US,
    from the first day to the one after the last)."""
    after = ends_on + timedelta(days=1)
    if day_count is DayCount.ACTUAL_365:
        return (after - starts_on).days
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    return months * 30 + min(after.day, 30) - min(starts_on.day, 30)


def basis_of(holding: HoldingFigures, basis: FeeBasis, returned: Decimal) -> Decimal:
    """What the fee is a rate of: the commitment; or what was paid in and taken over, less the capital `returned`."""
    if basis is FeeBasis.COMMITMENT:
        return max(holding.commitment, ZERO)
    return max(holding.paid_in + holding.transferred - returned, ZERO)


def share_fee(
    given: NewFeeCharge, terms: Terms, bases: Sequence[tuple[UUID, Decimal]], currency: str
) -> tuple[FeeShare, ...]:
    """Each account's fee, in the order given: the whole fee, basis × rate × days ÷ year, is rounded once and divided by
    largest remainder; so is what is credited of the offsets, never more than the fee. Raises NothingToShareBy when
    nobody has a basis."""
    days = count_days(given.starts_on, given.ends_on, terms.day_count)
    weights, places = [amount for _, amount in bases], minor_places(currency)
    whole = sum(weights, ZERO) * terms.management_fee * days / YEAR_DAYS[terms.day_count]
    fees = allocate(Money.rounded(whole, currency).amount, weights, places=places)
    total = sum(fees, ZERO)
    credited = min(Money.rounded(given.offsets * terms.fee_offset, currency).amount, total)
    offsets = allocate(credited, fees, places=places) if total else fees
    return tuple(
        FeeShare(account_id, basis, fee, offset, given.rebates.get(account_id, ZERO))
        for (account_id, basis), fee, offset in zip(bases, fees, offsets, strict=True)
    )


def find_excess(shares: Iterable[FeeShare], rebates: Mapping[UUID, Decimal]) -> str | None:
    """Why the rebates cannot be given, as a sentence; None when they can."""
    shares = tuple(shares)
    if set(rebates) - {each.account_id for each in shares}:
        return "One of these accounts holds nothing of the vehicle."
    if any(each.net < 0 for each in shares):
        return "A rebate is more than the account's fee less its offsets."
    return None


def fee_digest(charge: FeeCharge, shares: Iterable[FeeShare]) -> str:
    """What an approval is of: SHA-256, in hex, of the period and of each account's part."""
    lines = sorted(f"{each.account_id}:{each.fee:.4f}:{each.offset:.4f}:{each.rebate:.4f}" for each in shares)
    period = f"{charge.vehicle_id}:{charge.starts_on}:{charge.ends_on}:{charge.paid_from.value}"
    return hashlib.sha256("|".join([period, *lines]).encode()).hexdigest()


def fee_entries(charge: FeeCharge, shares: Iterable[FeeShare]) -> list[Entry]:
    """What posting writes into the ledger, on the last day: each account's fee, and what is given back of it."""
    reference = f"Management fee {charge.starts_on} to {charge.ends_on}"
    lines = [
        (each.account_id, kind, amount)
        for each in shares
        for kind, amount in ((EntryKind.FEE, each.fee), (EntryKind.FEE_REBATE, each.offset + each.rebate))
        if amount
    ]
    return [
        Entry(
            account_id, charge.vehicle_id, kind, charge.ends_on, amount, f"fee:{charge.id}:{account_id}:{kind.value}",
            hashlib.sha256(f"{kind.value}:{charge.ends_on}:{amount:.4f}".encode()).hexdigest(), reference=reference,
        )
        for account_id, kind, amount in lines
    ]  # fmt: skip
