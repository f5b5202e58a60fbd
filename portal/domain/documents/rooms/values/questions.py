"""Questions of members and the answers to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 10_000
MOST_OPEN = 20


class QuestionState(StrEnum):
    """Whether a question waits."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"


class AnswerAudience(StrEnum):
    """Who reads an answer; nobody but the asker and the staff learns who asked."""

    ASKER = "asker"
    GROUP = "group"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Question:
    """What a member asked, with the answer to them where there is one. `document` is the title of what it is about,
    empty where it is about the room or where the reader may not see it; `asker` is empty for members."""

    id: UUID
    room_id: UUID
    document_id: UUID | None
    document: str
    asker_id: UUID | None
    asker: str
    asked_at: datetime
    question: str
    state: QuestionState
    answer: str
    audience: AnswerAudience | None
    group: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A question that was answered to more than its asker, in the words for everybody who reads it."""

    id: UUID
    document_id: UUID | None
    document: str
    question: str
    answer: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """What staff answer: to whom, and the question as the others read it."""

    audience: AnswerAudience
    question: str
    answer: str
    group_id: UUID | None = None
