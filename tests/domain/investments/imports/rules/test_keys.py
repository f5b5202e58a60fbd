"""The same rows get the same keys, whatever file they come in; other content is noticed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.investments.imports.rules.keys import (
    business_key,
    content_digest,
    identify_rows,
    number_occurrences,
)
from portal.domain.investments.imports.values.tables import Entry, PositionRow, TransactionRow, TransactionType

CALL = TransactionRow(
    2, "The Trust", "Fund I", dt.date(2024, 1, 31), TransactionType.CONTRIBUTION, Decimal("100.00"), "N-1", "USD"
)
POSITION = PositionRow(
    2, "The Trust", "Fund I", dt.date(2024, 1, 31), Decimal(9), Decimal(5), Decimal(1), Decimal(6), "USD"
)

transactions = st.builds(
    TransactionRow,
    row=st.integers(2, 99),
    account=st.sampled_from(["A", "B"]),
    vehicle=st.sampled_from(["Fund I", "Fund II"]),
    date=st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 2)),
    type=st.sampled_from([TransactionType.FEE, TransactionType.GAIN]),
    amount=st.sampled_from([Decimal("1.00"), Decimal("2.00"), Decimal("10.00")]),
    reference=st.sampled_from([None, "N-1"]),
    currency=st.just("USD"),
)
positions = st.builds(
    PositionRow,
    row=st.integers(2, 99),
    account=st.sampled_from(["A", "B"]),
    vehicle=st.just("Fund I"),
    as_of=st.just(dt.date(2024, 1, 1)),
    **{name: st.decimals(0, 5, places=2) for name in ("commitment", "paid_in", "distributed", "nav")},
    currency=st.just("USD"),
)


@given(
    st.lists(transactions | positions, max_size=30).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(rows))
    )
)
def test_the_order_of_rows_does_not_matter(lists: tuple[list[Entry], list[Entry]]) -> None:
    rows, shuffled = lists
    identities = identify_rows(rows)

    assert sorted(identities) == sorted(identify_rows(shuffled))
    assert len({identity.key for identity in identities}) == len(rows)


@given(st.lists(transactions | positions, max_size=20))
def test_rows_one_by_one_and_together_get_the_same(rows: list[Entry]) -> None:
    assert identify_rows(rows) == [
        (business_key(row, occurrence), content_digest(row))
        for row, occurrence in zip(rows, number_occurrences(rows), strict=True)
    ]


def test_spelling_of_names_and_place_in_the_file_do_not_matter() -> None:
    same = CALL._replace(
        row=77, account=" the  TRUST", vehicle="fund\xa0i", reference="n-1", vintage=2020, rounded=True
    )

    assert business_key(same) == business_key(CALL)
    assert content_digest(same) == content_digest(CALL)


def test_with_a_reference_another_amount_is_a_change_of_the_same_row() -> None:
    changed = CALL._replace(amount=Decimal("101.00"))

    assert business_key(changed) == business_key(CALL)
    assert content_digest(changed) != content_digest(CALL)
    assert content_digest(CALL._replace(currency="EUR")) != content_digest(CALL)


def test_without_a_reference_another_amount_is_another_row() -> None:
    call = CALL._replace(reference=None)

    assert business_key(call._replace(amount=Decimal("101.00"))) != business_key(call)
    assert business_key(call._replace(reference="amount 100.00")) != business_key(call)


def test_everything_that_tells_rows_apart_makes_another_key() -> None:
    others = [
        CALL._replace(account="Another"),
        CALL._replace(vehicle="Fund II"),
        CALL._replace(date=dt.date(2024, 2, 1)),
        CALL._replace(type=TransactionType.FEE),
        CALL._replace(reference="N-2"),
        CALL._replace(account="The", vehicle="Trust Fund I"),
    ]
    keys = {business_key(row) for row in (CALL, *others)} | {business_key(CALL, 2), business_key(POSITION)}

    assert len(keys) == len(others) + 3


def test_a_position_is_told_by_holder_vehicle_and_date_alone() -> None:
    changed = POSITION._replace(nav=Decimal(7))

    assert business_key(changed) == business_key(POSITION)
    assert content_digest(changed) != content_digest(POSITION)
    assert business_key(POSITION._replace(as_of=dt.date(2024, 2, 1))) != business_key(POSITION)


def test_equal_rows_are_numbered_by_amount() -> None:
    rows = [CALL._replace(amount=Decimal(amount)) for amount in (10, 9, 10, 8)]

    assert number_occurrences(rows) == [3, 2, 4, 1]
