"""From what the ledger says to the snapshot of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.investments.ledger.values import CHARGES, DISTRIBUTIONS, RESULTS, EntryKind, Transaction
from portal.domain.investments.returns.values import Figures, round_ratio
from portal.domain.investments.statements.rules.lines import (
    Sums,
    account_lines,
    commitment_lines,
    first_flow_on,
)
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import (
    FundSides,
    Performance,
    Snapshot,
    StatedTransaction,
)
from portal.platform.money import Money

# What an entry does to the capital account; those left out (commitments, calls) do nothing to it.
ACCOUNT_EFFECT = {
    EntryKind.CONTRIBUTION: 1,
    EntryKind.TRANSFER: 1,
    **{kind: -sign for kind, sign in CHARGES.items()},
    **RESULTS,
    **dict.fromkeys(DISTRIBUTIONS, -1),
}
UNLISTED = (EntryKind.VALUATION, EntryKind.VALUATION_ADJUSTMENT)


@dataclass(frozen=True, slots=True)
class Heading:
    """What identifies a statement."""

    number: str
    version: int
    prepared_on: date
    firm: str
    account: str
    vehicle: str
    currency: str
    period: Period


def make_snapshot(
    heading: Heading,
    sums: Sums,
    figures: Figures,
    transactions: Sequence[Transaction],
    *,
    opening_balances: bool,
    beside: FundSides | None = None,
) -> Snapshot:
    """The snapshot of a statement: lines from the ledger's sums and what is accrued, returns at the period's end, the
    period's transactions (any order), the fund's columns `beside` the account's. Amounts are rounded to the currency's
    places, each once."""
    return Snapshot(
        number=heading.number,
        version=heading.version,
        prepared_on=heading.prepared_on,
        firm=heading.firm,
        account=heading.account,
        vehicle=heading.vehicle,
        currency=heading.currency,
        period=heading.period,
        account_lines=account_lines(sums, heading.currency),
        commitment_lines=commitment_lines(sums.buckets, heading.currency),
        performance=_performance(figures, first_flow_on(sums.buckets)),
        transactions=_transactions(transactions),
        opening_balances=opening_balances,
        beside=beside,
    )


def _performance(figures: Figures, first_flow: date | None) -> Performance:
    return Performance(
        as_of=figures.as_of,
        commitment=_amount(figures.commitment, figures.currency),
        paid_in=_amount(figures.paid_in, figures.currency),
        distributed=_amount(figures.distributed, figures.currency),
        nav=_amount(figures.nav, figures.currency),
        dpi=_ratio(figures.dpi),
        rvpi=_ratio(figures.rvpi),
        tvpi=_ratio(figures.tvpi),
        pic=_ratio(figures.pic),
        irr=_ratio(figures.irr),
        reasons=dict(figures.reasons),
        valued_on=figures.nav_on,
        nav_adjusted=figures.nav_adjusted,
        irr_annualised=figures.irr_annualised,
        first_flow_on=first_flow,
    )


def _transactions(transactions: Sequence[Transaction]) -> tuple[StatedTransaction, ...]:
    listed = [each for each in transactions if each.kind not in UNLISTED]
    listed.sort(key=lambda each: (each.effective_on, each.posted_at))
    return tuple(_stated(each) for each in listed)


def _stated(each: Transaction) -> StatedTransaction:
    sign = ACCOUNT_EFFECT.get(each.kind, 0)
    return StatedTransaction(
        each.effective_on,
        each.kind,
        each.reference,
        each.reversal,
        _amount(sign * each.amount, each.currency),
        _amount(each.unfunded_effect, each.currency),
    )


def _amount(amount: Decimal, currency: str) -> Decimal:
    return Money.rounded(amount, currency).amount


def _ratio(value: Decimal | None) -> Decimal | None:
    return None if value is None else round_ratio(value)
