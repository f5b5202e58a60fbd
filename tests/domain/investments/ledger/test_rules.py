"""How calls, payments, releases and transfers move a promise: pure arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.ledger.rules import LINES, HoldingState, PlannedJournal, plan_journals
from portal.domain.investments.ledger.values import Bucket, Entry, EntryKind
from portal.platform.ids import new_id

START = date(2024, 1, 1)
ACCOUNT, VEHICLE = new_id(), new_id()
Step = tuple[str, int, Decimal, Decimal | None]
AMOUNTS = st.integers(1, 10**8).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(0, 900)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([kind.value for kind in LINES]), DAYS, AMOUNTS, st.none()),
        st.tuples(st.just("contribution"), DAYS, AMOUNTS, st.just(Decimal(0))),
        st.tuples(st.sampled_from(["distribution", "commitment", "return_of_unused"]), DAYS, AMOUNTS, AMOUNTS),
    ),
    max_size=12,
)


def entries(steps: list[Step]) -> list[Entry]:
    return [
        Entry(
            ACCOUNT, VEHICLE, EntryKind(kind), START + timedelta(days=days), amount, f"{place}", "",
            unfunded_effect=effect,
        )
        for place, (kind, days, amount, effect) in enumerate(steps)
    ]  # fmt: skip


def postings(journal: PlannedJournal) -> list[tuple[Bucket, Decimal]]:
    """The lines that the database is given for a journal."""
    debit, credit = LINES[journal.kind]
    return [
        (debit, journal.change),
        (credit, -journal.change),
        (Bucket.UNFUNDED, journal.aside),
        (Bucket.DRAWN, -journal.aside),
        (Bucket.DRAWN, journal.settled),
        (Bucket.CALLED, -journal.settled),
    ]


def balances(journals: list[PlannedJournal]) -> dict[Bucket, Decimal]:
    sums = dict.fromkeys(Bucket, Decimal(0))
    for journal in journals:
        for bucket, amount in postings(journal):
            sums[bucket] += amount
    return sums


@settings(max_examples=50, deadline=None)
@given(STEPS)
def test_what_is_planned_balances_and_moves_the_state_as_the_postings_do(steps: list[Step]) -> None:
    state = HoldingState()
    journals = plan_journals(state, entries(steps))
    sums = balances(journals)
    assert sum(sums.values()) == 0
    promise = (Bucket.UNFUNDED, Bucket.COMMITTED, Bucket.CALLED, Bucket.DRAWN, Bucket.RELEASED)
    assert sum(sums[bucket] for bucket in promise) == 0
    assert (state.unfunded, state.called) == (sums[Bucket.UNFUNDED], sums[Bucket.CALLED])
    assert (state.commitment, state.net_assets) == (-sums[Bucket.COMMITTED], sums[Bucket.NET_ASSETS])
    for journal in journals:
        moved = sum(amount for bucket, amount in postings(journal) if bucket is Bucket.UNFUNDED)
        assert moved == journal.unfunded_effect


def test_a_call_moves_the_promise_once_and_its_payment_the_money() -> None:
    state = HoldingState()
    zero = Decimal(0)
    steps: list[Step] = [
        ("commitment", 0, Decimal(1000), None),
        ("call", 10, Decimal(300), None),
        ("contribution", 20, Decimal(100), zero),
        ("contribution", 30, Decimal(250), zero),
        ("release", 40, Decimal(200), None),
    ]
    sums = balances(plan_journals(state, entries(steps)))
    assert sums[Bucket.UNFUNDED] == 500
    assert (sums[Bucket.CALLED], sums[Bucket.DRAWN], sums[Bucket.RELEASED]) == (0, 300, 200)
    assert -sums[Bucket.CONTRIBUTED] == 350  # 50 of it was outside the commitment


def test_an_interest_passes_on_what_is_unfunded_and_what_was_drawn() -> None:
    giver, taker = HoldingState(), HoldingState()
    plan_journals(giver, entries([("commitment", 0, Decimal(1000), None), ("contribution", 1, Decimal(400), None)]))
    given_away: list[Step] = [("commitment", 5, Decimal(-1000), Decimal(-600)), ("transfer", 5, Decimal(-450), None)]
    taken: list[Step] = [("commitment", 5, Decimal(1000), Decimal(600)), ("transfer", 5, Decimal(450), None)]
    plan_journals(giver, entries(given_away))
    sums = balances(plan_journals(taker, entries(taken)))
    assert (giver.commitment, giver.unfunded, giver.net_assets) == (0, 0, -50)
    assert (taker.commitment, taker.unfunded, taker.net_assets) == (1000, 600, 450)
    assert (sums[Bucket.DRAWN], sums[Bucket.TRANSFERRED]) == (400, -450)
