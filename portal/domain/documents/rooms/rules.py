"""Arithmetic of rooms: index numbers, what is seen where, what is new, when digests go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from portal.domain.documents.rooms.values.members import FolderPermission, Matrix, MatrixFolder, Standing
from portal.domain.documents.rooms.values.questions import LONGEST_ANSWER, LONGEST_QUESTION
from portal.domain.documents.rooms.values.rooms import RoomDetails, RoomState

LONGEST_NAME = 120
LONGEST_INTRODUCTION = 5_000
LONGEST_TEXT = 60_000
PAUSE = timedelta(minutes=30)  # a longer one ends a visit
DIGESTS_AT = time(6, 0, tzinfo=UTC)
_NEXT = {
    RoomState.DRAFT: {RoomState.OPEN},
    RoomState.OPEN: {RoomState.CLOSED},
    RoomState.CLOSED: {RoomState.OPEN},
}


def may_become(state: RoomState, wanted: RoomState) -> bool:
    """Whether a room in `state` may be brought to `wanted`. A room that was open never becomes a draft again."""
    return wanted in _NEXT[state]


def index_number(path: Sequence[int]) -> str:
    """A place in the index as people read it: (1, 2, 3) → "1.2.3"; the room itself has none."""
    return ".".join(map(str, path))


def text_digest(body: str) -> str:
    """The SHA-256, in hex, of a text in UTF-8."""
    return hashlib.sha256(body.encode()).hexdigest()


def fingerprint(cells: Iterable[object]) -> str:
    """A short mark that is another one as soon as anything of `cells` is."""
    return hashlib.sha256("\n".join(sorted(map(str, cells))).encode()).hexdigest()[:16]


def close_below(
    folders: Sequence[MatrixFolder], groups: Iterable[UUID], wanted: Mapping[tuple[UUID, UUID], FolderPermission]
) -> dict[tuple[UUID, UUID], FolderPermission]:
    """The permissions that are in force when `wanted` (by group and folder) is asked for: a folder is seen only where
    the one it lies in is. `folders` are in the order of the index, those above first."""
    known = list(groups)
    kept: dict[tuple[UUID, UUID], FolderPermission] = {}
    for folder in folders:
        for group in known:
            permission = wanted.get((group, folder.id), FolderPermission.NONE)
            shut = folder.parent_id is not None and (group, folder.parent_id) not in kept
            if permission is not FolderPermission.NONE and not shut:
                kept[group, folder.id] = permission
    return kept


def find_below(folders: Sequence[MatrixFolder], folder_id: UUID) -> list[MatrixFolder]:
    """A folder and those in it, however deep, in the order of `folders`, which has those above first."""
    inside: dict[UUID, MatrixFolder] = {}
    for folder in folders:
        if folder.id == folder_id or folder.parent_id in inside:
            inside[folder.id] = folder
    return list(inside.values())


def permit_moved(matrix: Matrix, folder_id: UUID, parent_id: UUID) -> dict[tuple[UUID, UUID], FolderPermission]:
    """The permissions that are in force once a folder lies in another: each group keeps what it may do as far as it
    sees that one, and none gains anything."""
    below = find_below(matrix.folders, folder_id)
    others = [each for each in matrix.folders if each not in below]
    moved = [replace(below[0], parent_id=parent_id), *below[1:]]
    return close_below([*others, *moved], [group.id for group in matrix.groups], matrix.cells)


def seen_until(before_at: datetime | None, last_at: datetime | None, now: datetime) -> datetime | None:
    """When the visit before this one ended: what was published later is new. None on a first visit."""
    if last_at is not None and now - last_at > PAUSE:
        return last_at
    return before_at


def next_digest(now: datetime) -> datetime:
    """The next moment at which digests are sent, after `now`."""
    today = datetime.combine(now.astimezone(UTC).date(), DIGESTS_AT)
    return today if today > now else today + timedelta(days=1)


def standing_of(
    *, removed: bool, until: datetime | None, active: bool, asked: int | None, signed: int | None, now: datetime
) -> Standing:
    """Where a member stands, `asked` and `signed` being versions of the agreement."""
    if removed:
        return Standing.REMOVED
    if until is not None and until <= now:
        return Standing.EXPIRED
    if not active:
        return Standing.INVITED
    return Standing.ENTERED if asked is None or asked == signed else Standing.UNSIGNED


def find_room_faults(details: RoomDetails) -> dict[str, str]:
    """What is wrong with what staff say of a room, by field."""
    faults = {}
    if not details.name.strip() or len(details.name) > LONGEST_NAME:
        faults["name"] = f"Give the room a name of at most {LONGEST_NAME} characters."
    if len(details.introduction) > LONGEST_INTRODUCTION:
        faults["introduction"] = f"At most {LONGEST_INTRODUCTION:,} characters."
    if details.opens_at and details.closes_at and details.closes_at <= details.opens_at:
        faults["closes_at"] = "The room has to close after it opens."
    return faults


def find_text_faults(body: str) -> dict[str, str]:
    """What is wrong with the text of an agreement, by field."""
    if body.strip() and len(body) <= LONGEST_TEXT:
        return {}
    return {"body": f"Write what members sign, at most {LONGEST_TEXT:,} characters."}


def find_question_faults(question: str, answer: str | None = None) -> dict[str, str]:
    """What is wrong with the words of a question, or of an answer to one, by field."""
    faults = {}
    if not question.strip() or len(question) > LONGEST_QUESTION:
        faults["question"] = f"Write a question of at most {LONGEST_QUESTION:,} characters."
    if answer is not None and (not answer.strip() or len(answer) > LONGEST_ANSWER):
        faults["answer"] = f"Write an answer of at most {LONGEST_ANSWER:,} characters."
    return faults
