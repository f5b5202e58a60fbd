"""What a question and an answer must be."""

from __future__ import annotations

from portal.domain.investments.opportunities.values.interests import LONGEST_ANSWER, LONGEST_QUESTION


def find_question_faults(question: str, answer: str | None = None) -> dict[str, str]:
    """What is wrong with a question, and with the answer to it where there is one, by field."""
    faults = {}
    if not 1 <= len(question.strip()) <= LONGEST_QUESTION:
        faults["question"] = f"Write the question in up to {LONGEST_QUESTION:,} characters."
    if answer is not None and not 1 <= len(answer.strip()) <= LONGEST_ANSWER:
        faults["answer"] = f"Write the answer in up to {LONGEST_ANSWER:,} characters."
    return faults
