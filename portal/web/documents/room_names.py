"""Words for rooms, and the days between which something holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import url_for

from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.documents.rooms.values.members import FolderPermission, MatrixFolder, Standing
from portal.domain.documents.rooms.values.questions import AnswerAudience, QuestionState
from portal.domain.documents.rooms.values.rooms import Room, RoomState
from portal.domain.identity.sessions.values import Proof

STATES = {
    RoomState.DRAFT: ("being prepared", None),
    RoomState.OPEN: ("open", "good"),
    RoomState.CLOSED: ("closed", "warn"),
}
STANDINGS = {
    Standing.INVITED: ("invited", None),
    Standing.UNSIGNED: ("has to sign", "warn"),
    Standing.ENTERED: ("may enter", "good"),
    Standing.EXPIRED: ("time is over", "warn"),
    Standing.REMOVED: ("taken out", None),
}
PERMISSIONS = {
    FolderPermission.NONE: "Nothing",
    FolderPermission.VIEW: "View only",
    FolderPermission.DOWNLOAD: "View and download",
}
QUESTION_STATES = {
    QuestionState.OPEN: ("waits", "warn"),
    QuestionState.ANSWERED: ("answered", "good"),
    QuestionState.DECLINED: ("declined", None),
}
DOCUMENT_STATES = {
    DocumentState.DRAFT: "draft",
    DocumentState.SCHEDULED: "waits for its time",
    DocumentState.PUBLISHED: "published",
    DocumentState.ARCHIVED: "archived",
}
PROOFS = {
    Proof.PASSWORD: "Password",
    Proof.FACTOR: "Password and second factor",
    Proof.PASSKEY: "Passkey",
}
AUDIENCES = {
    AnswerAudience.ASKER: "Only who asked",
    AnswerAudience.GROUP: "A group",
    AnswerAudience.EVERYBODY: "Everybody in the room",
}
Tab = tuple[str, str, bool]


def first_moment(day: date | None) -> datetime | None:
    """When a day begins."""
    return None if day is None else datetime.combine(day, time(), UTC)


def last_moment(day: date | None) -> datetime | None:
    """When a day is over."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), UTC)


def last_day(moment: datetime | None) -> date | None:
    """The last day before a moment, the other way round of `last_moment`."""
    return None if moment is None else (moment - timedelta(microseconds=1)).astimezone(UTC).date()


def folder_label(folder: MatrixFolder) -> str:
    """A folder as people choose it: its number and name."""
    return f"{folder.number} {folder.name}".strip()


def room_tabs(room: Room, current: str) -> Sequence[Tab]:
    """The pages of a room for staff."""
    pages = (
        ("Index", "rooms.show"),
        ("What groups see", "room_permissions.show"),
        ("Members", "room_members.index"),
        ("Agreement", "room_texts.show"),
        ("Questions", "room_questions.index"),
        ("Activity", "room_activity.show"),
    )
    return [(label, url_for(endpoint, room_id=room.id), endpoint == current) for label, endpoint in pages]
