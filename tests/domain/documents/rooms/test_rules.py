"""Index numbers, what is shut with the folder above it, visits, mornings, standings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents.rooms.rules import (
    close_below,
    find_question_faults,
    find_room_faults,
    find_text_faults,
    fingerprint,
    index_number,
    may_become,
    next_digest,
    seen_until,
    standing_of,
    text_digest,
)
from portal.domain.documents.rooms.values.members import FolderPermission, MatrixFolder, Standing
from portal.domain.documents.rooms.values.rooms import RoomDetails, RoomState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_numbers_are_written_with_dots() -> None:
    assert [index_number(path) for path in ((), (1,), (1, 2, 30))] == ["", "1", "1.2.30"]


def test_a_room_is_opened_and_closed_but_never_a_draft_again() -> None:
    allowed = {(a, b) for a in RoomState for b in RoomState if may_become(a, b)}
    assert allowed == {
        (RoomState.DRAFT, RoomState.OPEN),
        (RoomState.OPEN, RoomState.CLOSED),
        (RoomState.CLOSED, RoomState.OPEN),
    }


@given(st.lists(st.sampled_from(FolderPermission), min_size=4, max_size=4))
def test_a_folder_is_seen_only_where_the_one_it_lies_in_is(permissions: list[FolderPermission]) -> None:
    ids = [uuid4() for _ in range(4)]
    parents: list[UUID | None] = [None, ids[0], ids[1], ids[0]]
    folders = [MatrixFolder(each, parent, "", "", 0) for each, parent in zip(ids, parents, strict=True)]
    group = uuid4()
    kept = close_below(folders, [group], {(group, each): p for each, p in zip(ids, permissions, strict=True)})
    for folder, permission in zip(folders, permissions, strict=True):
        shut = permission is FolderPermission.NONE or (folder.parent_id and (group, folder.parent_id) not in kept)
        assert kept.get((group, folder.id)) == (None if shut else permission)


def test_groups_that_are_not_of_the_room_are_given_nothing() -> None:
    folder, stranger = MatrixFolder(uuid4(), None, "", "", 0), uuid4()
    assert close_below([folder], [uuid4()], {(stranger, folder.id): FolderPermission.DOWNLOAD}) == {}


def test_what_came_after_the_visit_before_this_one_is_new() -> None:
    earlier = NOON - timedelta(days=2)
    assert seen_until(None, None, NOON) is None
    assert seen_until(None, NOON - timedelta(minutes=29), NOON) is None
    assert seen_until(earlier, NOON - timedelta(minutes=29), NOON) == earlier
    assert seen_until(earlier, NOON - timedelta(minutes=31), NOON) == NOON - timedelta(minutes=31)


def test_digests_go_at_six() -> None:
    six = NOON.replace(hour=6)
    assert next_digest(six - timedelta(seconds=1)) == six
    assert next_digest(six) == six + timedelta(days=1)
    assert next_digest(NOON) == six + timedelta(days=1)


@pytest.mark.parametrize(
    ("removed", "until", "active", "asked", "signed", "standing"),
    [
        (True, None, True, None, None, Standing.REMOVED),
        (False, NOON, True, None, None, Standing.EXPIRED),
        (False, None, False, None, None, Standing.INVITED),
        (False, None, True, 2, None, Standing.UNSIGNED),
        (False, None, True, 2, 2, Standing.ENTERED),
        (False, NOON + timedelta(1), True, None, None, Standing.ENTERED),
    ],
)
def test_where_a_member_stands(
    removed: bool, until: datetime | None, active: bool, asked: int | None, signed: int | None, standing: Standing
) -> None:
    found = standing_of(removed=removed, until=until, active=active, asked=asked, signed=signed, now=NOON)
    assert found is standing


def test_faults_name_their_fields() -> None:
    assert find_room_faults(RoomDetails("Fund", opens_at=NOON, closes_at=NOON)).keys() == {"closes_at"}
    assert find_room_faults(RoomDetails(" ", "x" * 5_001)).keys() == {"name", "introduction"}
    assert find_room_faults(RoomDetails("Fund", closes_at=NOON)) == {}
    assert find_text_faults("  ").keys() == find_text_faults("x" * 60_001).keys() == {"body"}
    assert find_text_faults("Keep it.") == {}
    assert find_question_faults("x" * 2_001).keys() == {"question"}
    assert find_question_faults("Why?", " ").keys() == {"answer"}
    assert find_question_faults("Why?", "So.") == {}


def test_a_text_and_a_matrix_have_marks_of_their_own() -> None:
    assert text_digest("Keep it.") == "c2a9fb02b6461214f58e033a696dd2c507aad51b7f2e1dd830b903e46223cdda"
    assert text_digest("Keep it.") != text_digest("Keep it!")
    assert fingerprint([1, 2]) == fingerprint([2, 1]) != fingerprint([1, 2, 3])
