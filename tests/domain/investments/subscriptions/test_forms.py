"""Questions written one to a line, answers to them, and what is missing still."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.investments.subscriptions.rules.forms import (
    keep_answers,
    list_missing_steps,
    read_answers,
    read_questions,
    read_statements,
    write_questions,
)
from portal.domain.investments.subscriptions.values.forms import QuestionKind, SubscriptionForm
from portal.domain.investments.subscriptions.values.subscriptions import Draft, Step
from portal.platform.errors import Invalid

TEXT = """yes/no* | Are you a US person?
choice | Source of funds? | Salary; Sale of a business
number* | Net worth?
text | Anything else?"""
FORM = SubscriptionForm(1, read_questions(TEXT), read_statements("I am accredited.\nI can bear the loss."), "Terms.")
US, SOURCE, WORTH, ELSE = (each.code for each in FORM.questions)


def test_questions_are_read_and_written_again() -> None:
    assert [each.kind for each in FORM.questions] == [
        QuestionKind.YES_NO, QuestionKind.CHOICE, QuestionKind.NUMBER, QuestionKind.TEXT,
    ]  # fmt: skip
    assert [each.required for each in FORM.questions] == [True, False, True, False]
    assert FORM.questions[1].choices == ("Salary", "Sale of a business")
    assert write_questions(FORM.questions) == TEXT


@pytest.mark.parametrize(
    "line", ["maybe | So?", "text |", "choice | One? | only", "text | Two? | a; b", "choice | Same? | a; a"]
)
def test_a_line_that_is_no_question_is_named(line: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_questions(f"text | Fine?\n{line}")
    assert "ine 2" in wrong.value.fields["questions"]


def test_an_answer_fits_its_question_and_may_wait() -> None:
    assert read_answers(FORM.questions, {US: " no ", "q-unknown": "x"}) == {US: "no"}
    with pytest.raises(Invalid) as wrong:
        read_answers(FORM.questions, {US: "perhaps", SOURCE: "Lottery", WORTH: "NaN", ELSE: "x" * 2_001})
    assert set(wrong.value.fields) == {US, SOURCE, WORTH, ELSE}


def test_the_steps_that_are_missing_are_told_in_their_order() -> None:
    nothing = Draft(None, {}, frozenset(), has_read=False)
    assert list_missing_steps(FORM, nothing) == [Step.AMOUNT, Step.QUESTIONS, Step.STATEMENTS, Step.DOCUMENTS]
    agreed = frozenset(each.code for each in FORM.statements)
    whole = Draft(Decimal(1), {US: "no", WORTH: "5"}, agreed, has_read=True)
    assert list_missing_steps(FORM, whole) == []


def test_what_the_firm_asks_anew_is_answered_anew_and_the_rest_stays() -> None:
    after = SubscriptionForm(
        2,
        read_questions(TEXT.replace("Net worth", "Income")),
        read_statements("I am accredited.\nNew."),
        "Other terms.",
    )
    before = Draft(Decimal(1), {US: "no", WORTH: "5"}, frozenset(each.code for each in FORM.statements), has_read=True)
    kept = keep_answers(FORM, after, before)
    assert kept.answers == {US: "no"}
    assert kept.agreed == {FORM.statements[0].code}
    assert not kept.has_read
    assert list_missing_steps(after, kept) == [Step.QUESTIONS, Step.STATEMENTS, Step.DOCUMENTS]
