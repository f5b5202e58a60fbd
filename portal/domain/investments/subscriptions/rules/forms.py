"""Questions as staff write them, one to a line, and answers to them.

A line is `kind | words`, for a choice `choice | words | one; another`; a star behind the kind asks for an answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from portal.domain.investments.subscriptions.values.forms import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    LONGEST_STATEMENT,
    LONGEST_TERMS,
    MOST_QUESTIONS,
    MOST_STATEMENTS,
    Question,
    QuestionKind,
    Statement,
    SubscriptionForm,
)
from portal.domain.investments.subscriptions.values.subscriptions import Answers, Draft, Entered, Step
from portal.platform.errors import Invalid

YES, NO = "yes", "no"


def read_questions(text: str) -> tuple[Question, ...]:
    """The questions of a text; Invalid naming the first line that is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_QUESTIONS:
        raise Invalid(fields={"questions": f"At most {MOST_QUESTIONS} questions."})
    questions = tuple(_question(number, line) for number, line in enumerate(lines, 1))
    if len({each.code for each in questions}) < len(questions):
        raise Invalid(fields={"questions": "Two questions have the same words."})
    return questions


def write_questions(questions: Sequence[Question]) -> str:
    """The text that `read_questions` reads as these."""
    return "\n".join(
        " | ".join(
            (
                f"{each.kind.value}{'*' if each.required else ''}",
                each.text,
                *(["; ".join(each.choices)] * bool(each.choices)),
            )
        )
        for each in questions
    )


def read_statements(text: str) -> tuple[Statement, ...]:
    """The statements of a text, one to a line; Invalid where there are none, or too many."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= MOST_STATEMENTS:
        raise Invalid(fields={"statements": f"Write 1 to {MOST_STATEMENTS} statements, each on a line of its own."})
    if any(len(line) > LONGEST_STATEMENT for line in lines) or len(set(lines)) < len(lines):
        raise Invalid(
            fields={"statements": f"Each has {LONGEST_STATEMENT:,} characters at most, and stands there once."}
        )
    return tuple(Statement(_code(line), line) for line in lines)


def read_terms(text: str) -> str:
    """The terms of the agreement; Invalid where there are none."""
    if not 0 < len(text.strip()) <= LONGEST_TERMS:
        raise Invalid(fields={"terms": f"Write what is agreed to, in {LONGEST_TERMS:,} characters at the most."})
    return text.strip()


def read_answers(questions: Sequence[Question], given: Answers) -> dict[str, str]:
    """What was answered, as it is kept: nothing for what was left out. Invalid with a message by the code of each
    question that was answered with what is no answer to it; what is required may wait until the end."""
    faults, kept = {}, {}
    for each in questions:
        answer = given.get(each.code, "").strip()
        fault = _fault(each, answer)
        if fault:
            faults[each.code] = fault
        elif answer:
            kept[each.code] = answer
    if faults:
        raise Invalid(fields=faults)
    return kept


def list_missing_steps(form: SubscriptionForm, draft: Draft) -> list[Step]:
    """The steps that are not done yet, in their order."""
    done = {
        Step.AMOUNT: draft.amount is not None,
        Step.QUESTIONS: all(draft.answers.get(each.code) for each in form.questions if each.required),
        Step.STATEMENTS: {each.code for each in form.statements} <= draft.agreed,
        Step.DOCUMENTS: draft.has_read,
    }
    return [step for step, is_done in done.items() if not is_done]


def keep_answers(before: SubscriptionForm, after: SubscriptionForm, draft: Draft) -> Draft:
    """What stays of a draft when the firm asks anew: answers to questions that stand as they were. Statements and terms
    are to be read again where they changed."""
    stay = set(before.questions) & set(after.questions)
    answers = {each.code: draft.answers[each.code] for each in stay if each.code in draft.answers}
    agreed = draft.agreed & {each.code for each in after.statements}
    return Draft(draft.amount, answers, agreed, draft.has_read and before.terms == after.terms)


def enter(form: SubscriptionForm, draft: Draft, entered: Entered) -> Draft:
    """A draft with what was entered in a step; Invalid as `read_answers`. Codes of no statement do not count."""
    answers = draft.answers if entered.answers is None else read_answers(form.questions, entered.answers)
    known = {each.code for each in form.statements}
    return Draft(
        draft.amount if entered.amount is None else entered.amount,
        answers,
        draft.agreed if entered.agreed is None else entered.agreed & known,
        draft.has_read if entered.has_read is None else entered.has_read,
    )


def _question(number: int, line: str) -> Question:
    kind, _, rest = line.partition("|")
    words, _, choices = rest.partition("|")
    name, text = kind.strip().lower(), words.strip()
    options = tuple(each.strip() for each in choices.split(";") if each.strip())
    known = {each.value: each for each in QuestionKind}
    if name.rstrip("*").strip() not in known:
        raise Invalid(fields={"questions": f"Line {number} begins with none of {', '.join(known)}."})
    asked = known[name.rstrip("*").strip()]
    if not 0 < len(text) <= LONGEST_QUESTION:
        raise Invalid(fields={"questions": f"Line {number}: write the question behind the first |."})
    if (asked is QuestionKind.CHOICE) != (len(set(options)) > 1) or len(set(options)) < len(options):
        raise Invalid(
            fields={"questions": f"Line {number}: a choice, and nothing else, has two different answers or more."}
        )
    return Question(_code(text), asked, text, name.endswith("*"), options)


def _fault(question: Question, answer: str) -> str:
    if not answer:
        return ""
    if question.kind is QuestionKind.CHOICE and answer not in question.choices:
        return "Choose one of the answers."
    if question.kind is QuestionKind.YES_NO and answer not in {YES, NO}:
        return "Answer yes or no."
    if question.kind is QuestionKind.NUMBER and not _is_number(answer):
        return "Write a number, such as 1234.5."
    return f"At most {LONGEST_ANSWER:,} characters." if len(answer) > LONGEST_ANSWER else ""


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and len(text) <= 30
    except InvalidOperation:
        return False


def _code(text: str) -> str:
    """A short name for words, the same for the same words."""
    return "q" + hashlib.sha256(text.encode()).hexdigest()[:12]
