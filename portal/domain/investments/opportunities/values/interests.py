"""Interest that accounts express, and questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

LONGEST_NOTE = 1_000
LONGEST_QUESTION = 2_000
LONGEST_ANSWER = 10_000
MOST_OPEN = 20


class InterestState(StrEnum):
    """Whether an account is still interested."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Interest:
    """That an account may invest an amount: it binds nobody."""

    id: UUID
    opportunity_id: UUID
    account_id: UUID
    account: str
    amount: Decimal
    state: InterestState
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class InterestChange:
    """What somebody said of an account's interest."""

    id: int
    account_id: UUID
    account: str
    amount: Decimal
    state: InterestState
    note: str
    changed_by: str
    changed_at: datetime


class QuestionState(StrEnum):
    """Whether a question waits."""

    OPEN = "open"
    ANSWERED = "answered"


class AnswerAudience(StrEnum):
    """Who reads an answer; nobody but the asker and the staff learns who asked."""

    ASKER = "asker"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class OfferingQuestion:
    """A question about an opportunity, with its answer where there is one; `asker` is empty for who asked it."""

    id: UUID
    opportunity_id: UUID
    asker: str
    asked_at: datetime
    question: str
    state: QuestionState
    answer: str
    audience: AnswerAudience | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferingAnswer:
    """An answer that everybody reads, to a question in the words for everybody."""

    question_id: UUID
    question: str
    answer: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """What a mail about an answer needs; `title` is the opportunity's name."""

    name: str
    email: str
    firm: str
    title: str
    opportunity_id: UUID
