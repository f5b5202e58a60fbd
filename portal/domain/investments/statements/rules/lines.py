"""The lines of a statement from what the ledger posted in its period, its year and since inception."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.ledger.values import DISTRIBUTIONS, RESULTS, Bucket, EntryKind
from portal.domain.investments.statements.values.snapshots import RARE_LINES, FundSides, Line, Side
from portal.platform.money import Money

CHARGED = frozenset({EntryKind.FEE})
REBATES = frozenset({EntryKind.FEE_REBATE})
EXPENSES = frozenset({EntryKind.EXPENSE})
INCOME, INTEREST = frozenset({EntryKind.INVESTMENT_INCOME}), frozenset({EntryKind.INTEREST_EXPENSE})
PLACEMENT = frozenset({EntryKind.PLACEMENT_FEE})
REALISED = frozenset({EntryKind.INVESTMENT_GAIN, EntryKind.INVESTMENT_LOSS})
REVALUED = frozenset(EntryKind) - RESULTS.keys()
INCENTIVE = frozenset({EntryKind.CARRIED_INTEREST, EntryKind.CLAWBACK})
DRAWING = frozenset({EntryKind.CONTRIBUTION})
RELEASING = frozenset({EntryKind.RELEASE})
PASSING = frozenset({EntryKind.COMMITMENT})


class BucketSums(NamedTuple):
    """What journals of one kind put into one bucket (a debit is positive) in each column, and the day of the first."""

    kind: EntryKind
    bucket: Bucket
    period: Decimal
    year: Decimal
    inception: Decimal
    first_on: date


class Accrued(NamedTuple):
    """Carried interest that valuations set aside and that is not paid: on the day before the period, on the day before
    its year, and at its end."""

    before_period: Decimal
    before_year: Decimal
    ending: Decimal


class _Amounts(NamedTuple):
    period: Decimal
    year: Decimal
    inception: Decimal


Kinds = frozenset[EntryKind] | None  # None: all of them


class Sums(NamedTuple):
    """What the lines of a side are made of, of one holding or of many together; `accrued` is None where the vehicle's
    valuations set no carried interest aside."""

    buckets: Sequence[BucketSums]
    accrued: Accrued | None = None


def side_of(sums: Sums, currency: str) -> Side:
    """The lines that these sums come to."""
    return Side(account_lines(sums, currency), commitment_lines(sums.buckets, currency))


def fund_sides(fund: Sums, partner: Sums | None, currency: str) -> FundSides:
    """The fund's columns from the sums of all its holdings, and of its general partner's where there is one."""
    return FundSides(side_of(fund, currency), None if partner is None else side_of(partner, currency))


def account_lines(of: Sums, currency: str) -> tuple[Line, ...]:
    """The walk from beginning to ending NAV. What lowers it is negative; the ending is the balance of net assets, taken
    from its own bucket so that the walk can be checked against it. Below it the carried interest among the
    distributions, less what was paid back of it; what is accrued of it, and the NAV before that was taken off."""
    sums = of.buckets
    net = _sum(sums, Bucket.NET_ASSETS)
    paid_in, paid_out = _sum(sums, Bucket.CONTRIBUTED, -1), _sum(sums, Bucket.DISTRIBUTED, -1)
    fees, rebates, expenses = (_sum(sums, Bucket.FEES, -1, kinds=each) for each in (CHARGED, REBATES, EXPENSES))
    income, interest, placement, realised, revalued = (
        _sum(sums, Bucket.REVALUATION, -1, kinds=each) for each in (INCOME, INTEREST, PLACEMENT, REALISED, REVALUED)
    )
    lines = [
        ("beginning_nav", _beginning(net), False),
        ("contributions", paid_in, False),
        ("distributions", paid_out, False),
        ("total_flows", _together(paid_in, paid_out), True),
        ("transfers", _sum(sums, Bucket.TRANSFERRED, -1), False),
        ("fees", fees, False),
        ("rebates", rebates, False),
        ("expenses", expenses, False),
        ("income", income, False),
        ("interest_expense", interest, False),
        ("net_operating", _together(fees, rebates, expenses, income, interest), True),
        ("placement_fees", placement, False),
        ("realised", realised, False),
        ("gain", revalued, False),
        ("ending_nav", _ending(net), True),
        ("incentive_paid", _sum(sums, Bucket.DISTRIBUTED, -1, kinds=INCENTIVE), False),
    ]
    if of.accrued is not None:
        lines += _accrual(of.accrued, net)
    return _lines(lines, currency)


def _accrual(accrued: Accrued, net: _Amounts) -> list[tuple[str, _Amounts, bool]]:
    before_period, before_year, ending = accrued
    whole = _Amounts(ending, ending, ending)
    return [
        ("accrued_change", _Amounts(ending - before_period, ending - before_year, ending), False),
        ("accrued_ending", whole, False),
        ("ending_gross_nav", _together(_ending(net), whole), True),
    ]


def commitment_lines(sums: Sequence[BucketSums], currency: str) -> tuple[Line, ...]:
    """The commitment, and the walk from beginning to ending unfunded. A call lowers it when it is issued: until it is
    paid as "called", then as a contribution. An interest taken over may have been drawn in part by who held it
    before."""
    unfunded = _sum(sums, Bucket.UNFUNDED)
    commitment = _sum(sums, Bucket.COMMITTED, -1).inception
    lines = [
        ("commitment", _Amounts(commitment, commitment, commitment), False),
        ("beginning_unfunded", _beginning(unfunded), False),
        ("committed", _sum(sums, Bucket.COMMITTED, -1), False),
        ("drawn", _sum(sums, Bucket.DRAWN, -1, kinds=DRAWING), False),
        ("called", _sum(sums, Bucket.CALLED, -1), False),
        ("recallable", _sum(sums, Bucket.UNFUNDED, kinds=DISTRIBUTIONS), False),
        ("released", _sum(sums, Bucket.UNFUNDED, kinds=RELEASING), False),
        ("passed_on", _sum(sums, Bucket.DRAWN, -1, kinds=PASSING), False),
        ("ending_unfunded", _ending(unfunded), True),
    ]
    return _lines(lines, currency)


def first_flow_on(sums: Sequence[BucketSums]) -> date | None:
    """The day of the first contribution or distribution, or of an interest taken over; None before there is any."""
    cash = (Bucket.CONTRIBUTED, Bucket.DISTRIBUTED, Bucket.TRANSFERRED)
    return min((each.first_on for each in sums if each.bucket in cash), default=None)


def _sum(sums: Sequence[BucketSums], bucket: Bucket, sign: int = 1, *, kinds: Kinds = None) -> _Amounts:
    found = [each for each in sums if each.bucket is bucket and (kinds is None or each.kind in kinds)]
    return _Amounts(
        sign * sum((each.period for each in found), Decimal(0)),
        sign * sum((each.year for each in found), Decimal(0)),
        sign * sum((each.inception for each in found), Decimal(0)),
    )


def _together(*amounts: _Amounts) -> _Amounts:
    return _Amounts(*(sum(column, Decimal(0)) for column in zip(*amounts, strict=True)))


def _beginning(balance: _Amounts) -> _Amounts:
    """A balance where each column begins: the whole of it less what the column added."""
    return _Amounts(*(balance.inception - added for added in balance))


def _ending(balance: _Amounts) -> _Amounts:
    return _Amounts(balance.inception, balance.inception, balance.inception)


def _lines(lines: Sequence[tuple[str, _Amounts, bool]], currency: str) -> tuple[Line, ...]:
    """Each line, but of the rare ones only those that say something."""
    said = [each for each in lines if each[0] not in RARE_LINES or any(each[1])]
    return tuple(_line(code, amounts, currency, total=total) for code, amounts, total in said)


def _line(code: str, amounts: _Amounts, currency: str, *, total: bool) -> Line:
    period, year, inception = (Money.rounded(amount, currency).amount for amount in amounts)
    return Line(code, period, year, inception, total)
