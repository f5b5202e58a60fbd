"""Ledgers made up for the rules of statements: entries become the sums that the database would give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.investments.ledger.rules import LINES, HoldingState, PlannedJournal, plan_journals
from portal.domain.investments.ledger.values import Bucket, Entry, EntryKind, Transaction
from portal.domain.investments.returns.rules.figures import pool
from portal.domain.investments.returns.values import Figures, Position
from portal.domain.investments.statements.rules.lines import Accrued, BucketSums, Sums
from portal.domain.investments.statements.rules.preparing import Heading, make_snapshot
from portal.domain.investments.statements.values.periods import Period
from portal.domain.investments.statements.values.snapshots import Snapshot
from portal.platform import clock
from portal.platform.ids import new_id

Given = Sequence[tuple[str, date, Decimal]]
PAYING = "payment of a call"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Ledger:
    """One holding's journals, posted by the ledger's own rules."""

    journals: list[PlannedJournal]
    commitment: Decimal
    unfunded: Decimal

    @classmethod
    def of(cls, given: Given) -> Ledger:
        """The ledger after these (kind, day, amount) entries; PAYING is a contribution that pays a call."""
        someone, something = new_id(), new_id()
        entries = [
            Entry(
                someone, something, EntryKind("contribution" if kind == PAYING else kind), on, amount, f"{place}", "",
                unfunded_effect=ZERO if kind == PAYING else None,
            )
            for place, (kind, on, amount) in enumerate(given)
        ]  # fmt: skip
        state = HoldingState()
        return cls(plan_journals(state, entries), state.commitment, state.unfunded)

    def sums(self, period: Period) -> list[BucketSums]:
        """What the query of the ledger's sums gives."""
        found: dict[tuple[EntryKind, Bucket], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO, ZERO])
        first: dict[tuple[EntryKind, Bucket], date] = {}
        for journal in self._until(period.ends_on):
            for bucket, amount in _postings(journal):
                key = journal.kind, bucket
                first.setdefault(key, journal.effective_on)
                for place, starts in enumerate((period.starts_on, period.year_starts_on, date.min)):
                    found[key][place] += amount if journal.effective_on >= starts else ZERO
        return [BucketSums(*key, *amounts, first[key]) for key, amounts in found.items()]

    def transactions(self, period: Period) -> list[Transaction]:
        """What the list of transactions gives for the period."""
        return [
            Transaction(
                new_id(), new_id(), "", "", "USD", each.kind, False, each.amount, each.unfunded_effect,
                each.effective_on, clock.now(), "", None, None,
            )
            for each in self._until(period.ends_on)
            if each.effective_on >= period.starts_on and each.entry is not None
        ]  # fmt: skip

    def figures(self, period: Period) -> Figures:
        """What the returns say at the period's end."""
        sums = {bucket: ZERO for bucket in Bucket}
        for each in self.sums(period):
            sums[each.bucket] += each.inception
        valued = [each.effective_on for each in self._until(period.ends_on) if each.stated_nav is not None]
        position = Position(
            currency="USD",
            commitment=-sums[Bucket.COMMITTED],
            unfunded=sums[Bucket.UNFUNDED],
            paid_in=-sums[Bucket.CONTRIBUTED],
            distributed=sums[Bucket.DISTRIBUTED],
            nav=sums[Bucket.NET_ASSETS] if valued else ZERO,
            flows=(),
            nav_on=max(valued, default=None),
        )
        return pool([position], period.ends_on)

    def snapshot(
        self, period: Period, number: str = "N-1", version: int = 1, accrued: Accrued | None = None
    ) -> Snapshot:
        """The snapshot of a statement for the period."""
        heading = Heading(number, version, date(2030, 1, 1), "Firm", "Account", "Vehicle", "USD", period)
        return make_snapshot(
            heading,
            Sums(self.sums(period), accrued),
            self.figures(period),
            self.transactions(period),
            opening_balances=False,
        )

    def _until(self, day: date) -> list[PlannedJournal]:
        return [journal for journal in self.journals if journal.effective_on <= day]


def _postings(journal: PlannedJournal) -> list[tuple[Bucket, Decimal]]:
    debit, credit = LINES[journal.kind]
    postings = [(debit, journal.change), (credit, -journal.change)]
    if journal.aside:
        postings += [(Bucket.UNFUNDED, journal.aside), (Bucket.DRAWN, -journal.aside)]
    if journal.settled:
        postings += [(Bucket.DRAWN, journal.settled), (Bucket.CALLED, -journal.settled)]
    return postings
