"""Dividing one line of a call among accounts, call after call without drift.

What an account is due is its exact part of the line plus what earlier calls left over for it. Whole smallest units are
given first, those that are left go to the largest fractions, ties to the order of admission. With one set of accounts
this is the cumulative amount shared by largest remainder, less what was called before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple
from uuid import UUID

from portal.platform.money import NothingToShareBy

FINENESS = 20  # decimals of a unit to which what is left over is kept
TIE = Fraction(1, 10**12)


class Weight(NamedTuple):
    """What an account's part of a line is measured by: its weight, the fraction of a smallest unit that earlier calls
    left over for it (between −1 and 1), and its rank, which is the order of admission."""

    account_id: UUID
    rank: int
    weight: Decimal
    carried: Decimal = Decimal(0)


class Portion(NamedTuple):
    """An account's part of a line: its exact part before rounding, the amount, what is left over for the next call, and
    whether it got one of the units that rounding left."""

    exact: Decimal
    amount: Decimal
    carried: Decimal
    rounded_up: bool


def share_line(amount: Decimal, weights: Sequence[Weight], *, places: int) -> dict[UUID, Portion]:
    """Divide `amount` (zero or more, in whole smallest units) by weights so that the parts sum to it exactly; the order
    given does not matter. NothingToShareBy where there is something to share and no weight above zero."""
    sharing = [each for each in weights if each.weight > 0]
    parts = {each.account_id: Portion(Decimal(0), Decimal(0), Decimal(0), False) for each in weights}
    if not amount:
        return {**parts, **{each.account_id: Portion(Decimal(0), Decimal(0), each.carried, False) for each in sharing}}
    if not sharing:
        raise NothingToShareBy("The amount cannot be divided: nobody takes part in it.")
    units = Fraction(amount) * 10**places
    whole = sum((Fraction(each.weight) for each in sharing), Fraction(0))
    left_over = sum((Fraction(each.carried) for each in sharing), Fraction(0))
    quotas = {each.account_id: units * Fraction(each.weight) / whole for each in sharing}
    due = {
        each.account_id: Fraction(each.carried) + (units - left_over) * Fraction(each.weight) / whole
        for each in sharing
    }
    given, up = _whole_units(int(units), due, {each.account_id: each.rank for each in sharing})
    for each in sharing:
        key = each.account_id
        parts[key] = Portion(
            _decimal(quotas[key], -places),
            Decimal(given[key]).scaleb(-places),
            _decimal(due[key] - given[key]),
            key in up,
        )
    return parts


def _whole_units(
    units: int, due: Mapping[UUID, Fraction], ranks: Mapping[UUID, int]
) -> tuple[dict[UUID, int], set[UUID]]:
    """Whole units that sum to `units`, nobody below zero, and who got more than the whole part of what is due."""
    given = {key: max(0, floor(each)) for key, each in due.items()}
    left = units - sum(given.values())
    fractions = {key: round((each - given[key]) / TIE) for key, each in due.items()}
    if left >= 0:
        first = sorted(due, key=lambda key: (-fractions[key], ranks[key]))[:left]
        for key in first:
            given[key] += 1
        return given, set(first)
    # Who was due less than nothing gets nothing: the units come from those nearest below.
    last = sorted((key for key in due if given[key]), key=lambda key: (fractions[key], -ranks[key]))[:-left]
    for key in last:
        given[key] -= 1
    return given, set()


def _decimal(value: Fraction, exponent: int = 0) -> Decimal:
    scaled = Decimal(round(value * 10**FINENESS)).scaleb(-FINENESS)
    return scaled.scaleb(exponent)
