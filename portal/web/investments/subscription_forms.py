"""What is entered in the steps of a subscription, and what staff enter of one."""

from __future__ import annotations

from decimal import Decimal

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.identity.accounts.values import User
from portal.domain.investments.subscriptions.values.forms import (
    LONGEST_ANSWER,
    LONGEST_TERMS,
    Allocation,
    Question,
    QuestionKind,
    Setup,
    SubscriptionForm,
)
from portal.domain.investments.subscriptions.values.subscriptions import LONGEST_NOTE, Draft, Entered, Step
from portal.web.investments.subscription_names import ALLOCATIONS, ANSWERS
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.forms import Form, choices_of

SHORT = Length(max=LONGEST_ANSWER)


class BeginForm(Form):
    """Which account subscribes."""

    account = SelectField("Account")


class AmountForm(Form):
    """How much."""

    amount = AmountField("Amount", [InputRequired("Enter an amount, such as 250000.")])


class ReadingForm(Form):
    """That terms and documents were read."""

    has_read = BooleanField("I have read the terms and the documents")


class NoteForm(Form):
    """Why a subscription is withdrawn."""

    note = TextAreaField("Why", [Length(max=LONGEST_NOTE)])


class CommentForm(Form):
    """Why a subscription comes back."""

    comment = TextAreaField(
        "What is to be mended", [InputRequired("Say what is to be mended."), Length(max=LONGEST_NOTE)]
    )


class ReasonForm(Form):
    """Why a subscription ends."""

    reason = TextAreaField("Why", [InputRequired("Say why; the investor reads it."), Length(max=LONGEST_NOTE)])


class SetupForm(Form):
    """How an offering takes subscriptions."""

    allocation = SelectField("Where more is wanted than there is", choices=choices_of(ALLOCATIONS))
    places = IntegerField("Accounts at the most", [Optional()])
    countersigner = SelectField("Signs for the firm")
    questions = TextAreaField("Questions")
    statements = TextAreaField("Statements", [InputRequired("Write at least one.")])
    terms = TextAreaField("Terms", [InputRequired("Write what is agreed to."), Length(max=LONGEST_TERMS)])

    def offer(self, staff: list[User]) -> SetupForm:
        """Let one of these sign for the firm."""
        self.countersigner.choices = choices_of({"": "Nobody yet"} | {str(each.id): each.name for each in staff})
        return self

    @classmethod
    def filled_from(cls, setup: Setup | None, questions: str) -> SetupForm:
        """The form with what stands."""
        if setup is None:
            return cls(formdata=None)
        return cls(
            formdata=None,
            allocation=setup.allocation.value,
            places=setup.places,
            countersigner=str(setup.countersigner_id or ""),
            questions=questions,
            statements="\n".join(each.text for each in setup.form.statements),
            terms=setup.form.terms,
        )

    def method(self) -> Allocation:
        """The rule that was chosen."""
        return Allocation(self.allocation.data)


def form_of(step: Step, asked: SubscriptionForm) -> type[Form]:
    """The form of a step: a field for each question or statement, named by its code."""
    if step is Step.QUESTIONS:
        return type("QuestionsForm", (Form,), {each.code: _field(each) for each in asked.questions})
    if step is Step.STATEMENTS:
        return type("StatementsForm", (Form,), {each.code: BooleanField(each.text) for each in asked.statements})
    return AmountForm if step is Step.AMOUNT else ReadingForm


def filled_with(step: Step, asked: SubscriptionForm, draft: Draft) -> Form:
    """The form of a step with what was entered before."""
    given: dict[str, object] = dict(draft.answers)
    if step is Step.STATEMENTS:
        given = {each.code: each.code in draft.agreed for each in asked.statements}
    elif step is Step.AMOUNT:
        given = {"amount": draft.amount and Decimal(f"{draft.amount.normalize():f}")}
    elif step is Step.DOCUMENTS:
        given = {"has_read": draft.has_read}
    return form_of(step, asked)(formdata=None, data=given)


def entered_in(step: Step, asked: SubscriptionForm, form: Form) -> Entered:
    """What was entered in the form of a step."""
    if step is Step.QUESTIONS:
        return Entered(answers={each.code: form[each.code].data or "" for each in asked.questions})
    if step is Step.STATEMENTS:
        return Entered(agreed=frozenset(each.code for each in asked.statements if form[each.code].data))
    if step is Step.AMOUNT:
        return Entered(amount=form["amount"].data)
    return Entered(has_read=bool(form["has_read"].data))


def _field(question: Question) -> object:
    if question.kind is QuestionKind.YES_NO:
        return RadioField(question.text, choices=choices_of(ANSWERS), validate_choice=False)
    if question.kind is QuestionKind.CHOICE:
        choices = choices_of({each: each for each in question.choices})
        return RadioField(question.text, choices=choices, validate_choice=False)
    if question.kind is QuestionKind.NUMBER:
        return StringField(question.text, [SHORT])
    return TextAreaField(question.text, [SHORT])
