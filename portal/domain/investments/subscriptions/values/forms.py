"""What the firm asks of those who subscribe: questions, statements and terms, in numbered versions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MOST_QUESTIONS = 60
MOST_STATEMENTS = 30
LONGEST_QUESTION = 400
LONGEST_STATEMENT = 2_000
LONGEST_ANSWER = 2_000
LONGEST_TERMS = 60_000


class QuestionKind(StrEnum):
    """What an answer is."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes/no"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `code` stays that of its words from version to version, so that an answer goes with them."""

    code: str
    kind: QuestionKind
    text: str
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that the investor states to be true."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class SubscriptionForm:
    """One version of what is asked for an offering, and the terms of the agreement."""

    version: int
    questions: tuple[Question, ...]
    statements: tuple[Statement, ...]
    terms: str


class Allocation(StrEnum):
    """How room is given where more is wanted than there is."""

    FIRST_COME = "first_come"
    PRO_RATA = "pro_rata"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Setup:
    """How an offering takes subscriptions: by which rule, for how many accounts at the most (None: any number), and who
    signs for the firm."""

    allocation: Allocation
    places: int | None
    countersigner_id: UUID | None
    form: SubscriptionForm
