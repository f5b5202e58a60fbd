"""Who gets how much where more is wanted than there is. Sums are exact; nobody gets more than they asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.subscriptions.values.allocations import Allotment, Requested, Room
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.platform.errors import Invalid
from portal.platform.money import allocate

ZERO = Decimal(0)


def allot(requests: Sequence[Requested], room: Room, method: Allocation) -> list[Allotment]:
    """What each gets, in the order of `requests`: first come first, or in proportion to what was asked for (largest
    remainder). Where more accounts come than there are places, the first have them. By hand nothing is proposed but
    the proportion."""
    queue = sorted(requests, key=lambda each: each.rank)
    seated = queue if room.places is None else queue[: max(room.places, 0)]
    given = _first_come(seated, room) if method is Allocation.FIRST_COME else _pro_rata(seated, room)
    return [Allotment(each.id, each.amount, given.get(each.id, ZERO)) for each in requests]


def check_by_hand(requests: Sequence[Requested], given: Mapping[UUID, Decimal], room: Room) -> list[Allotment]:
    """The allotments that somebody entered, by id; Invalid with a message for each that cannot be, and for the whole
    where it is more than there is room for."""
    faults: dict[str, str] = {}
    for each in requests:
        amount = given.get(each.id, ZERO)
        if not ZERO <= amount <= each.amount:
            faults[str(each.id)] = f"Enter an amount from 0 to the {each.amount:,f} that was asked for."
        elif ZERO < amount < floor_of(each, room):
            faults[str(each.id)] = f"At least {floor_of(each, room):,f}, or nothing."
        elif amount != round(amount, room.decimals):
            faults[str(each.id)] = "This is finer than the currency goes."
    if faults:
        raise Invalid(fields=faults)
    made = [Allotment(each.id, each.amount, given.get(each.id, ZERO)) for each in requests]
    if room.amount is not None and sum((each.given for each in made), ZERO) > room.amount:
        raise Invalid(f"Together this is more than the {room.amount:,f} that can still be given.")
    if room.places is not None and sum(each.given > 0 for each in made) > room.places:
        raise Invalid(f"Only {room.places} more accounts can be taken in.")
    return made


def floor_of(request: Requested, room: Room) -> Decimal:
    """The least that a request is given, where it is given anything."""
    return min(request.amount, room.minimum)


def digest_requests(requests: Sequence[Requested], room: Room, method: Allocation) -> str:
    """SHA-256 (hexadecimal) of what is to be decided: it changes when anything of it does."""
    told = repr(([(each.id, str(each.amount.normalize())) for each in requests], room, method.value))
    return hashlib.sha256(told.encode()).hexdigest()


def _first_come(queue: Sequence[Requested], room: Room) -> dict[UUID, Decimal]:
    """All that is asked for, until what is left is less; that goes to the next, if it is enough for them."""
    given: dict[UUID, Decimal] = {}
    left = room.amount
    for each in queue:
        part = each.amount if left is None else min(each.amount, left)
        if part < floor_of(each, room):
            break
        given[each.id] = part
        left = None if left is None else left - part
    return given


def _pro_rata(queue: Sequence[Requested], room: Room) -> dict[UUID, Decimal]:
    """In proportion; whoever would get less than the least is given the least, and the others share the rest. Where
    the least of all is more than there is, the last who came get nothing."""
    seated = list(queue)
    if room.amount is None or sum((each.amount for each in seated), ZERO) <= room.amount:
        return {each.id: each.amount for each in seated}
    while seated and sum((floor_of(each, room) for each in seated), ZERO) > room.amount:
        seated.pop()
    lifted: dict[UUID, Decimal] = {}
    while sharing := [each for each in seated if each.id not in lifted]:
        left = room.amount - sum(lifted.values(), ZERO)
        if sum((each.amount for each in sharing), ZERO) <= left:
            return lifted | {each.id: each.amount for each in sharing}
        parts = allocate(
            left,
            [each.amount for each in sharing],
            places=room.decimals,
            ranks=[each.rank for each in sharing],
        )
        low = [each for each, part in zip(sharing, parts, strict=True) if part < floor_of(each, room)]
        if not low:
            return lifted | {each.id: part for each, part in zip(sharing, parts, strict=True)}
        lifted |= {each.id: floor_of(each, room) for each in low}
    return lifted
