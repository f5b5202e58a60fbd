"""How entries become journals: pure arithmetic over one holding at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from portal.domain.investments.ledger.values import DISTRIBUTIONS, RESULTS, Bucket, Entry, EntryKind

ZERO = Decimal(0)
_B = Bucket

# Which bucket is debited and which credited by a journal's change, per kind. What a journal does to the promise beyond
# that has two more lines, UNFUNDED against DRAWN; what it pays of a call two others, DRAWN against CALLED.
LINES: dict[EntryKind, tuple[Bucket, Bucket]] = {
    EntryKind.COMMITMENT: (_B.UNFUNDED, _B.COMMITTED),
    EntryKind.CALL: (_B.CALLED, _B.UNFUNDED),
    EntryKind.RELEASE: (_B.RELEASED, _B.UNFUNDED),
    EntryKind.CONTRIBUTION: (_B.NET_ASSETS, _B.CONTRIBUTED),
    EntryKind.TRANSFER: (_B.NET_ASSETS, _B.TRANSFERRED),
    EntryKind.FEE: (_B.FEES, _B.NET_ASSETS),
    EntryKind.EXPENSE: (_B.FEES, _B.NET_ASSETS),
    EntryKind.FEE_REBATE: (_B.NET_ASSETS, _B.FEES),
    **{
        kind: (_B.NET_ASSETS, _B.REVALUATION) if sign > 0 else (_B.REVALUATION, _B.NET_ASSETS)
        for kind, sign in RESULTS.items()
    },
    **{kind: (_B.DISTRIBUTED, _B.NET_ASSETS) for kind in sorted(DISTRIBUTIONS)},
    # Carry paid back is a gain of the partners and a loss of who had it, paid at once: no net assets are left of it.
    EntryKind.CLAWBACK: (_B.DISTRIBUTED, _B.REVALUATION),
    EntryKind.VALUATION: (_B.NET_ASSETS, _B.REVALUATION),
    EntryKind.VALUATION_ADJUSTMENT: (_B.NET_ASSETS, _B.REVALUATION),
}
# What a journal's own lines do to unfunded, as a part of its change.
OWN_EFFECT = {EntryKind.COMMITMENT: 1, EntryKind.CALL: -1, EntryKind.RELEASE: -1}
DAY_ORDER = {kind: place for place, kind in enumerate(EntryKind)}


class PlannedJournal(NamedTuple):
    """A journal to be: `entry` is None for an adjustment that keeps a later valuation at its stated value. `aside` is
    what it does to unfunded beyond its kind's own lines, `settled` what it pays of the calls that are open."""

    kind: EntryKind
    effective_on: date
    amount: Decimal
    change: Decimal
    unfunded_effect: Decimal
    stated_nav: Decimal | None
    entry: Entry | None
    settled: Decimal = ZERO

    @property
    def aside(self) -> Decimal:
        """What moves between unfunded and drawn beside the lines of the kind."""
        return self.unfunded_effect - OWN_EFFECT.get(self.kind, 0) * self.change


class PastDay(NamedTuple):
    """What a day of a holding's history did to net assets, and the valuation standing for it, if any."""

    on: date
    change: Decimal
    stated_nav: Decimal | None


@dataclass(slots=True)
class HoldingState:
    """A holding as it stands before new entries. `past` is needed only when an entry is dated before `last_on`."""

    commitment: Decimal = ZERO
    unfunded: Decimal = ZERO
    net_assets: Decimal = ZERO
    last_on: date | None = None
    past: Sequence[PastDay] = field(default_factory=tuple)
    called: Decimal = ZERO


def split_contribution(amount: Decimal, *, unfunded: Decimal, commitment: Decimal) -> Decimal:
    """How much of a contribution is inside the commitment: up to what is unfunded; a negative one (the correction of
    an opening balance) gives back up to what was drawn."""
    if amount >= 0:
        return min(amount, unfunded)
    return max(amount, unfunded - commitment)


def split_settlement(amount: Decimal, *, called: Decimal) -> Decimal:
    """How much of a contribution that moves no promise pays open calls: up to what is open. A negative one, which gives
    back, settles what was called back."""
    return max(min(amount, called), ZERO) if amount >= 0 else max(amount, min(called, ZERO))


def in_day_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries by date, then in the order of a day; otherwise as given."""
    return sorted(entries, key=lambda entry: (entry.effective_on, DAY_ORDER[entry.kind]))


def plan_journals(state: HoldingState, entries: Sequence[Entry]) -> list[PlannedJournal]:
    """The journals that `entries` (one holding's) make, in order, with the adjustments that keep every valuation
    standing after them at its stated value. `state` moves along."""
    planned: list[PlannedJournal] = []
    past = iter((*state.past, None))
    day = next(past)
    net = state.net_assets - sum((moment.change for moment in state.past), ZERO)
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in in_day_order(entries):
        by_day[entry.effective_on].append(entry)
    days = sorted({*by_day, *(moment.on for moment in state.past)})
    for on in days:
        standing = None
        if day is not None and day.on == on:
            net, standing, day = net + day.change, day.stated_nav, next(past)
        for entry in by_day.get(on, ()):
            journal = _plan(state, entry, net)
            planned.append(journal)
            net += _net_change(journal)
            standing = journal.stated_nav if journal.kind is EntryKind.VALUATION else standing
        if standing is not None and standing != net:
            change = standing - net
            planned.append(PlannedJournal(EntryKind.VALUATION_ADJUSTMENT, on, change, change, ZERO, None, None))
            net = standing
    state.net_assets = net
    return planned


def _plan(state: HoldingState, entry: Entry, net: Decimal) -> PlannedJournal:
    kind, amount = entry.kind, entry.amount
    change, stated, settled = amount, None, ZERO
    effect = _effect(state, entry)
    if kind is EntryKind.COMMITMENT:
        state.commitment += amount
    elif kind is EntryKind.CALL:
        state.called += amount
    elif kind is EntryKind.CONTRIBUTION and entry.unfunded_effect == 0 and entry.settles:
        settled = split_settlement(amount, called=state.called)
        state.called -= settled
    elif kind is EntryKind.VALUATION:
        change, stated = amount - net, amount
    state.unfunded += effect
    return PlannedJournal(kind, entry.effective_on, amount, change, effect, stated, entry, settled)


def _effect(state: HoldingState, entry: Entry) -> Decimal:
    if entry.unfunded_effect is not None:
        return entry.unfunded_effect
    if entry.kind is EntryKind.CONTRIBUTION:
        return -split_contribution(entry.amount, unfunded=state.unfunded, commitment=state.commitment)
    return OWN_EFFECT.get(entry.kind, 0) * entry.amount


def _net_change(journal: PlannedJournal) -> Decimal:
    debit, credit = LINES[journal.kind]
    if debit is Bucket.NET_ASSETS:
        return journal.change
    return -journal.change if credit is Bucket.NET_ASSETS else ZERO
