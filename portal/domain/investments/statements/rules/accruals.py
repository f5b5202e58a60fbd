"""What each account has of the carried interest that a valuation sets aside, while interests pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.platform.money import Money

ZERO = Decimal(0)


class Passed(NamedTuple):
    """A share (0 to 1) of an interest that passed from one account to another."""

    on: date
    giver_id: UUID
    taker_id: UUID
    share: Decimal


def pass_on(parts: Mapping[UUID, Decimal], passed: Iterable[Passed], currency: str) -> dict[UUID, Decimal]:
    """The accounts' parts after the interests `passed`, in that order: what goes is rounded half-up once as the NAV is
    that goes with it, what stays is the rest, so that the parts come to the same."""
    now = dict(parts)
    for each in passed:
        whole = now.get(each.giver_id, ZERO)
        part = whole if each.share == 1 else Money.rounded(whole * each.share, currency).amount
        now[each.giver_id] = whole - part
        now[each.taker_id] = now.get(each.taker_id, ZERO) + part
    return now
