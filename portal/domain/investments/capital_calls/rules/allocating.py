"""What each account is called for: cumulative shares, caps and excuses re-allocated until nobody is above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from portal.domain.investments.capital_calls.errors import NotCovered
from portal.domain.investments.capital_calls.rules.sharing import Portion, Weight, share_line
from portal.domain.investments.capital_calls.values.allocating import (
    CallLine,
    CallPart,
    LineKind,
    LinePart,
    Participant,
)
from portal.platform.money import allocate

ZERO = Decimal(0)
Fixed = dict[UUID, tuple[Decimal, ...]]  # of who is capped: the part of each line


def allocate_call(
    lines: Sequence[CallLine],
    participants: Sequence[Participant],
    excused: Mapping[UUID, str],
    *,
    places: int,
    charged: Mapping[UUID, Decimal] | None = None,
) -> list[CallPart]:
    """What each account is called for, in the order given: each line by commitment, one of accrued fees by what each
    account was `charged`, which leaves nothing over for later calls. Who is `excused` (account → reason)
    takes no part in investments; who has less unfunded than its part of the lines inside the commitment pays what it
    has; the others take over what is missing, as often as it takes. NotCovered where nobody is left to, or somebody was
    charged who takes no part."""
    charged, fixed = charged or {}, Fixed()
    if {key for key, fee in charged.items() if fee} - {each.account_id for each in participants}:
        raise NotCovered
    while True:
        shares = _share_lines(lines, participants, excused, fixed, places, charged)
        over = [
            each
            for each in participants
            if each.account_id not in fixed and _inside(lines, shares, each) > each.unfunded
        ]
        if not over:
            break
        for each in over:
            fixed[each.account_id] = _up_to_unfunded(lines, shares, each, places)
    return [_part(lines, shares, each, each.account_id in fixed, excused.get(each.account_id)) for each in participants]


def percentage_amount(percent: Decimal, participants: Sequence[Participant], *, places: int) -> Decimal:
    """So much of all commitments (0.05 is 5 %), rounded half-up to the smallest unit."""
    whole = sum((each.commitment for each in participants), ZERO)
    return (percent * whole).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _share_lines(
    lines: Sequence[CallLine],
    participants: Sequence[Participant],
    excused: Mapping[UUID, str],
    fixed: Fixed,
    places: int,
    charged: Mapping[UUID, Decimal],
) -> list[dict[UUID, Portion]]:
    carried: dict[tuple[UUID, LineKind], Decimal] = {}
    shares = []
    for place, line in enumerate(lines):
        taken = {key: parts[place] for key, parts in fixed.items()} if line.inside else {}
        remaining = line.amount - sum(taken.values(), ZERO)
        weights = [
            Weight(each.account_id, each.rank, charged.get(each.account_id, ZERO))
            if line.accrued
            else Weight(each.account_id, each.rank, each.commitment, _left_over(carried, each, line.kind))
            for each in participants
            if each.account_id not in taken and not (line.kind is LineKind.INVESTMENT and each.account_id in excused)
        ]
        if remaining and not any(each.weight for each in weights):
            raise NotCovered
        share = share_line(remaining, weights, places=places)
        if line.accrued:
            share = _leaving(carried, share, participants, line.kind)
        carried |= {(key, line.kind): portion.carried for key, portion in share.items()}
        shares.append({**share, **{key: Portion(amount, amount, ZERO, False) for key, amount in taken.items()}})
    return shares


def _leaving(
    carried: Mapping[tuple[UUID, LineKind], Decimal],
    share: Mapping[UUID, Portion],
    participants: Sequence[Participant],
    kind: LineKind,
) -> dict[UUID, Portion]:
    """The parts of a line, with what earlier calls left over as it was."""
    left_over = {each.account_id: _left_over(carried, each, kind) for each in participants}
    return {key: portion._replace(carried=left_over[key]) for key, portion in share.items()}


def _left_over(carried: Mapping[tuple[UUID, LineKind], Decimal], each: Participant, kind: LineKind) -> Decimal:
    return carried.get((each.account_id, kind), each.carried.get(kind, ZERO))


def _inside(lines: Sequence[CallLine], shares: Sequence[Mapping[UUID, Portion]], each: Participant) -> Decimal:
    nothing = Portion(ZERO, ZERO, ZERO, False)
    pairs = zip(lines, shares, strict=True)
    return sum((share.get(each.account_id, nothing).amount for line, share in pairs if line.inside), ZERO)


def _up_to_unfunded(
    lines: Sequence[CallLine], shares: Sequence[Mapping[UUID, Portion]], each: Participant, places: int
) -> tuple[Decimal, ...]:
    """What it has unfunded, over the lines inside the commitment as they were to be."""
    nothing = Portion(ZERO, ZERO, ZERO, False)
    meant = [
        share.get(each.account_id, nothing).amount if line.inside else ZERO
        for line, share in zip(lines, shares, strict=True)
    ]
    return tuple(allocate(max(each.unfunded, ZERO), meant, places=places))


def _part(
    lines: Sequence[CallLine],
    shares: Sequence[Mapping[UUID, Portion]],
    each: Participant,
    capped: bool,
    excused: str | None,
) -> CallPart:
    kept = [_kept(share, each, line.kind) for line, share in zip(lines, shares, strict=True)]
    inside = sum((part.amount for line, part in zip(lines, kept, strict=True) if line.inside), ZERO)
    outside = sum((part.amount for part in kept), ZERO) - inside
    return CallPart(each, tuple(kept), inside, outside, capped, excused)


def _kept(share: Mapping[UUID, Portion], each: Participant, kind: LineKind) -> LinePart:
    """Of who takes no part in a line, what rounding left over stays as it was."""
    found = share.get(each.account_id)
    return LinePart(*found) if found else LinePart(ZERO, ZERO, each.carried.get(kind, ZERO), False)
