"""A late close: who comes later pays what they would have paid, with interest, and those who came first get it back.

Each earlier call is shared anew among all, as if everybody had come at the first close. Who came late pays its part;
who came first is refunded what it paid too much. Interest runs on what is paid late from the due date of each call to
the day of admission, and is shared among those refunded, by their refunds; it is outside the commitment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.capital_calls.errors import LateCloseInvalid
from portal.domain.investments.capital_calls.rules.interest import simple_interest
from portal.domain.investments.capital_calls.rules.sharing import Weight, share_line
from portal.domain.investments.capital_calls.values.allocating import Equalised
from portal.domain.investments.vehicles.values import DayCount
from portal.platform.money import allocate

ZERO = Decimal(0)


class EarlierCall(NamedTuple):
    """What was called of each account inside its commitment by one earlier call; who was excused is not in it."""

    call_id: UUID
    due_on: date
    amounts: Mapping[UUID, Decimal]


class Admission(NamedTuple):
    """An account after the close: its whole commitment, its rank, and whether it comes with this close."""

    account_id: UUID
    rank: int
    commitment: Decimal
    late: bool


def equalise(
    calls: Sequence[EarlierCall],
    accounts: Sequence[Admission],
    *,
    rate: Decimal,
    admitted_on: date,
    day_count: DayCount,
    places: int,
) -> list[Equalised]:
    """What each account pays or gets back for each earlier call, oldest call first; both columns sum to zero per call.
    LateCloseInvalid where nobody comes late or there was no earlier call."""
    late = {each.account_id for each in accounts if each.late}
    if not late or not calls:
        raise LateCloseInvalid("There is nothing to equalise: nobody comes late, or nothing was called before.")
    carried: dict[UUID, Decimal] = {}
    found: list[Equalised] = []
    for call in sorted(calls, key=lambda each: (each.due_on, each.call_id)):
        taking = [each for each in accounts if each.late or each.account_id in call.amounts]
        weights = [
            Weight(each.account_id, each.rank, each.commitment, carried.get(each.account_id, ZERO)) for each in taking
        ]
        targets = share_line(sum(call.amounts.values(), ZERO), weights, places=places)
        carried |= {key: portion.carried for key, portion in targets.items()}
        changes = {key: portion.amount - call.amounts.get(key, ZERO) for key, portion in targets.items()}
        interest = {
            key: simple_interest(changes[key], rate, call.due_on, admitted_on, day_count, places=places) for key in late
        }
        received = _received(sum(interest.values(), ZERO), changes, taking, places)
        found += [
            Equalised(call.call_id, each.account_id, changes[each.account_id], (interest | received)[each.account_id])
            for each in taking
        ]
    return found


def _received(
    total: Decimal, changes: Mapping[UUID, Decimal], accounts: Sequence[Admission], places: int
) -> dict[UUID, Decimal]:
    """The interest, shared among those who are refunded by their refunds; below zero, since they receive it."""
    earlier = [each for each in accounts if not each.late]
    refunds = [max(-changes[each.account_id], ZERO) for each in earlier]
    if not any(refunds):
        refunds = [each.commitment for each in earlier]
    parts = allocate(-total, refunds, places=places, ranks=[each.rank for each in earlier])
    return {each.account_id: part for each, part in zip(earlier, parts, strict=True)}
