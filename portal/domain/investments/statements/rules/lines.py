"""The lines of a statement from what the ledger posted in its period, its year and since inception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.ledger.values import DISTRIBUTIONS, Bucket, EntryKind
from portal.domain.investments.statements.values.snapshots import Line
from portal.platform.money import Money

DRAWING = frozenset({EntryKind.CONTRIBUTION})


class BucketSums(NamedTuple):
    """What journals of one kind put into one bucket (a debit is positive) in each column, and the day of the first."""

    kind: EntryKind
    bucket: Bucket
    period: Decimal
    year: Decimal
    inception: Decimal
    first_on: date


class _Amounts(NamedTuple):
    period: Decimal
    year: Decimal
    inception: Decimal


Chosen = Callable[[BucketSums], bool]


def account_lines(sums: Sequence[BucketSums], currency: str) -> tuple[Line, ...]:
    """The walk from beginning to ending NAV. What lowers it is negative; the ending is the balance of net assets, taken
    from its own bucket so that the walk can be checked against it."""
    net = _sum(sums, Bucket.NET_ASSETS)
    paid_in, paid_out = _sum(sums, Bucket.CONTRIBUTED, -1), _sum(sums, Bucket.DISTRIBUTED, -1)
    lines = [
        ("beginning_nav", _beginning(net), False),
        ("contributions", paid_in, False),
        ("distributions", paid_out, False),
        ("total_flows", _Amounts(*(sum(pair, Decimal(0)) for pair in zip(paid_in, paid_out, strict=True))), True),
        ("fees", _sum(sums, Bucket.FEES, -1), False),
        ("gain", _sum(sums, Bucket.REVALUATION, -1), False),
        ("ending_nav", _ending(net), True),
    ]
    return tuple(_line(code, amounts, currency, total=total) for code, amounts, total in lines)


def commitment_lines(sums: Sequence[BucketSums], currency: str) -> tuple[Line, ...]:
    """The commitment, and the walk from beginning to ending unfunded."""
    unfunded = _sum(sums, Bucket.UNFUNDED)
    commitment = _sum(sums, Bucket.COMMITTED, -1).inception
    lines = [
        ("commitment", _Amounts(commitment, commitment, commitment), False),
        ("beginning_unfunded", _beginning(unfunded), False),
        ("committed", _sum(sums, Bucket.COMMITTED, -1), False),
        ("drawn", _sum(sums, Bucket.UNFUNDED, chosen=lambda each: each.kind in DRAWING), False),
        ("recallable", _sum(sums, Bucket.UNFUNDED, chosen=lambda each: each.kind in DISTRIBUTIONS), False),
        ("ending_unfunded", _ending(unfunded), True),
    ]
    return tuple(_line(code, amounts, currency, total=total) for code, amounts, total in lines)


def first_flow_on(sums: Sequence[BucketSums]) -> date | None:
    """The day of the first contribution or distribution; None before there is any."""
    cash = (Bucket.CONTRIBUTED, Bucket.DISTRIBUTED)
    return min((each.first_on for each in sums if each.bucket in cash), default=None)


def _sum(sums: Sequence[BucketSums], bucket: Bucket, sign: int = 1, *, chosen: Chosen = lambda _: True) -> _Amounts:
    found = [each for each in sums if each.bucket is bucket and chosen(each)]
    return _Amounts(
        sign * sum((each.period for each in found), Decimal(0)),
        sign * sum((each.year for each in found), Decimal(0)),
        sign * sum((each.inception for each in found), Decimal(0)),
    )


def _beginning(balance: _Amounts) -> _Amounts:
    """A balance where each column begins: the whole of it less what the column added."""
    return _Amounts(*(balance.inception - added for added in balance))


def _ending(balance: _Amounts) -> _Amounts:
    return _Amounts(balance.inception, balance.inception, balance.inception)


def _line(code: str, amounts: _Amounts, currency: str, *, total: bool) -> Line:
    period, year, inception = (Money.rounded(amount, currency).amount for amount in amounts)
    return Line(code, period, year, inception, total)
