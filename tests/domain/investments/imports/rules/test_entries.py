"""Rows as entries of the ledger: positions as the differences that bring a holding to what they state."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.rules.entries import in_parts, ledger_entries, position_key
from portal.domain.investments.imports.rules.keys import identify_rows
from portal.domain.investments.imports.values.records import HoldingGround
from portal.domain.investments.imports.values.tables import PositionRow, TransactionRow, TransactionType
from portal.domain.investments.ledger.values import Entry, EntryKind

ACCOUNT, VEHICLE = uuid4(), uuid4()
ACCOUNTS, VEHICLES = {"lane trust": ACCOUNT}, {"harbour i": VEHICLE}
FIGURES = {
    EntryKind.COMMITMENT: "commitment",
    EntryKind.CONTRIBUTION: "paid_in",
    EntryKind.DISTRIBUTION: "distributed",
}
amounts = st.decimals(0, 1_000_000, places=2)


def position(day: int, *figures: Decimal) -> PositionRow:
    return PositionRow(2, "Lane  TRUST", "Harbour I", dt.date(2020, 1, 1) + dt.timedelta(day), *figures, "USD")


@given(
    st.dictionaries(st.integers(0, 4000), st.tuples(amounts, amounts, amounts, amounts), min_size=1, max_size=6),
    amounts,
)
def test_entries_up_to_a_date_come_to_the_position_of_that_date(
    stated: dict[int, tuple[Decimal, Decimal, Decimal, Decimal]], before: Decimal
) -> None:
    rows = [position(day, *figures) for day, figures in stated.items()]
    standing = {(ACCOUNT, VEHICLE): HoldingGround(commitment=before, paid_in=before, distributed=before)}
    entries = ledger_entries(rows, identify_rows(rows), ACCOUNTS, VEHICLES, standing)
    assert all(entry.opening for entry in entries)
    assert len({entry.business_key for entry in entries}) == len(entries)
    for row in rows:
        for kind, figure in FIGURES.items():
            moved = sum(e.amount for e in entries if e.kind is kind and e.effective_on <= row.as_of)
            assert before + moved == getattr(row, figure)
        (mark,) = [e for e in entries if e.kind is EntryKind.VALUATION and e.effective_on == row.as_of]
        assert mark.amount == row.nav


def test_differences_of_zero_are_left_out_and_the_valuation_never_is() -> None:
    row = position(0, *[Decimal(0)] * 4)
    (identity,) = identify_rows([row])
    (entry,) = ledger_entries([row], [identity], ACCOUNTS, VEHICLES, {})
    assert (entry.kind, entry.amount, entry.business_key) == (EntryKind.VALUATION, 0, position_key(identity.key))


def test_a_transaction_is_one_entry_under_its_own_key() -> None:
    row = TransactionRow(
        2, "Lane Trust", "HARBOUR I", dt.date(2020, 1, 1), TransactionType.RETURN_OF_CAPITAL, Decimal(7), None, "USD"
    )
    (identity,) = identify_rows([row])
    (entry,) = ledger_entries([row], [identity], ACCOUNTS, VEHICLES, {})
    assert entry == (
        ACCOUNT, VEHICLE, EntryKind.RETURN_OF_CAPITAL, row.date, Decimal(7), identity.key, identity.digest, "", False,
        None, True,
    )  # fmt: skip


def test_parts_keep_a_holding_together() -> None:
    (row,) = [position(0, *[Decimal(1)] * 4)]
    one, two = ([e._replace(account_id=uuid4()) for e in entries_of(row)] for _ in range(2))
    same = one[0]._replace(kind=EntryKind.FEE)
    parts = list(in_parts([*one[:1], *two[:1], same], 1))
    assert parts == [[one[0], same], [two[0]]]
    assert list(in_parts([], 1)) == []


def entries_of(row: PositionRow) -> list[Entry]:
    return ledger_entries([row], identify_rows([row]), ACCOUNTS, VEHICLES, {})
