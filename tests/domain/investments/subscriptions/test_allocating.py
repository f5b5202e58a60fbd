"""Who gets how much: exact sums, nobody more than they asked, minimums, places, and by hand."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.investments.subscriptions.rules.allocating import allot, check_by_hand, floor_of
from portal.domain.investments.subscriptions.values.allocations import Requested, Room
from portal.domain.investments.subscriptions.values.forms import Allocation
from portal.platform.errors import Invalid

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
HUNDRED = Room(Decimal(100), None, Decimal(0), 2)


def _asked(*amounts: str) -> list[Requested]:
    return [Requested(UUID(int=place), Decimal(amount), place) for place, amount in enumerate(amounts, 1)]


def _given(requests: list[Requested], room: Room, method: Allocation) -> list[Decimal]:
    return [each.given for each in allot(requests, room, method)]


def test_all_get_what_they_asked_for_where_there_is_room() -> None:
    for method in Allocation:
        assert _given(_asked("40", "60"), HUNDRED, method) == [Decimal(40), Decimal(60)]
        assert _given(_asked("40", "900"), Room(None, None, Decimal(0), 2), method) == [Decimal(40), Decimal(900)]


def test_in_proportion_the_parts_sum_to_the_room() -> None:
    assert _given(_asked("100", "100", "100"), HUNDRED, Allocation.PRO_RATA) == [
        Decimal("33.34"), Decimal("33.33"), Decimal("33.33"),
    ]  # fmt: skip


def test_whoever_would_get_less_than_the_least_gets_the_least() -> None:
    room = Room(Decimal(100), None, Decimal(25), 2)
    assert _given(_asked("50", "30", "300"), room, Allocation.PRO_RATA) == [Decimal(25), Decimal(25), Decimal(50)]


def test_where_the_least_of_all_is_too_much_the_last_get_nothing() -> None:
    room = Room(Decimal(100), None, Decimal(40), 2)
    assert _given(_asked("50", "70", "90"), room, Allocation.PRO_RATA)[2] == 0
    assert sum(_given(_asked("50", "70", "90"), room, Allocation.PRO_RATA)) == 100


def test_first_come_the_last_gets_what_is_left_if_it_is_enough() -> None:
    assert _given(_asked("70", "50", "10"), HUNDRED, Allocation.FIRST_COME) == [Decimal(70), Decimal(30), Decimal(0)]
    least = Room(Decimal(100), None, Decimal(40), 2)
    assert _given(_asked("70", "50", "10"), least, Allocation.FIRST_COME) == [Decimal(70), Decimal(0), Decimal(0)]


def test_only_so_many_accounts_are_taken_in() -> None:
    one = Room(Decimal(100), 1, Decimal(0), 2)
    late = list(reversed(_asked("30", "30")))
    for method in Allocation:
        assert _given(late, one, method) == [Decimal(0), Decimal(30)]


def test_by_hand_each_amount_and_the_whole_are_checked() -> None:
    room = Room(Decimal(100), 2, Decimal(20), 2)
    requests = _asked("80", "80", "80")
    made = check_by_hand(requests, {FIRST: Decimal(80), THIRD: Decimal(20)}, room)
    assert [each.given for each in made] == [Decimal(80), Decimal(0), Decimal(20)]
    assert [each.is_scaled for each in made] == [False, False, True]
    with pytest.raises(Invalid) as wrong:
        check_by_hand(requests, {FIRST: Decimal(81), SECOND: Decimal(19), THIRD: Decimal("20.001")}, room)
    assert set(wrong.value.fields) == {str(FIRST), str(SECOND), str(THIRD)}
    with pytest.raises(Invalid, match="Together this is more"):
        check_by_hand(requests, {FIRST: Decimal(80), SECOND: Decimal(30)}, room)
    with pytest.raises(Invalid, match="Only 2 more accounts"):
        check_by_hand(requests, dict.fromkeys((FIRST, SECOND, THIRD), Decimal(20)), room)


@settings(max_examples=50, deadline=None)
@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=12),
    cents=st.integers(0, 10**10),
    least=st.integers(0, 10**8),
    places=st.none() | st.integers(0, 12),
    method=st.sampled_from([Allocation.FIRST_COME, Allocation.PRO_RATA]),
)
def test_nobody_gets_more_than_asked_nor_less_than_the_least_and_the_room_is_never_overrun(
    amounts: list[int], cents: int, least: int, places: int | None, method: Allocation
) -> None:
    requests = [Requested(UUID(int=place), Decimal(each) / 100, place) for place, each in enumerate(amounts, 1)]
    room = Room(Decimal(cents) / 100, places, Decimal(least) / 100, 2)
    made = allot(requests, room, method)
    assert room.amount is not None
    assert sum(each.given for each in made) <= room.amount
    assert sum(each.given > 0 for each in made) <= (len(amounts) if places is None else places)
    for request, each in zip(requests, made, strict=True):
        assert each.given == 0 or floor_of(request, room) <= each.given <= request.amount
    if not least and places is None:
        assert sum(each.given for each in made) == min(room.amount, sum(each.amount for each in requests))
    assert {each.id: each.given for each in allot(requests[::-1], room, method)} == {e.id: e.given for e in made}
