"""A late close as a call: what each account pays or gets back, and the lines of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from portal.domain.investments.capital_calls.values.allocating import (
    CallLine,
    CallPart,
    Equalised,
    LineKind,
    LinePart,
    Participant,
)

ZERO = Decimal(0)
LABEL = "equalisation of earlier calls"


def late_lines(equalised: Sequence[Equalised]) -> list[CallLine]:
    """The lines of a late close: all that is paid inside the commitment, and all interest outside of it."""
    principal = sum((max(each.principal, ZERO) for each in equalised), ZERO)
    interest = sum((max(each.interest, ZERO) for each in equalised), ZERO)
    lines = [CallLine(LineKind.INVESTMENT, principal, True, LABEL)]
    return lines + ([CallLine(LineKind.EQUALISATION_INTEREST, interest, False)] if interest else [])


def late_parts(
    lines: Sequence[CallLine], equalised: Sequence[Equalised], participants: Sequence[Participant]
) -> list[CallPart]:
    """What each account pays, or gets back where it is below zero, in the order given."""
    principal: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    interest: defaultdict[UUID, Decimal] = defaultdict(Decimal)
    for each in equalised:
        principal[each.account_id] += each.principal
        interest[each.account_id] += each.interest
    found = []
    for who in participants:
        inside, outside = principal[who.account_id], interest[who.account_id]
        own = [LinePart(amount, amount, ZERO, False) for amount in (inside, outside)]
        found.append(CallPart(who, tuple(own[: len(lines)]), inside, outside, False, None))
    return found


def find_late_obstacles(
    stored: Sequence[CallLine], lines: Sequence[CallLine], parts: Sequence[CallPart]
) -> tuple[str, ...]:
    """What is in the way of a late close: it was written from other commitments, or takes more than was promised."""
    found = []
    if list(stored) != list(lines):
        found.append("Commitments or calls changed since this late close was written. Give it up and write it anew.")
    if any(part.unfunded_after < 0 for part in parts):
        found.append("Somebody who comes late would pay more than is unfunded.")
    return tuple(found)
