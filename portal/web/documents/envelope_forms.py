"""The forms with which staff prepare a document for signing."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from portal.domain.documents.library.values.documents import DocumentSummary
from portal.domain.documents.signing.values.envelopes import Signer
from portal.domain.documents.signing.values.fields import FieldKind, Spot
from portal.web.documents.signing_words import FIELD_KINDS
from portal.web.toolkit.forms import Form, choices_of

EXACTLY = "exactly"
SPOTS = {
    Spot.BOTTOM_RIGHT.value: "Bottom right",
    Spot.BOTTOM_LEFT.value: "Bottom left",
    Spot.BOTTOM_CENTRE.value: "Bottom centre",
    Spot.TOP_RIGHT.value: "Top right",
    Spot.TOP_LEFT.value: "Top left",
    Spot.CENTRE.value: "Centre of the page",
    EXACTLY: "Exactly where the two numbers say",
}
REMINDERS = {"0": "Never", "1": "Every day", "3": "Every 3 days", "7": "Every week"}


class EnvelopeForm(Form):
    """Which document, until when, and what is said beside it."""

    document = SelectField("Document", [InputRequired("Choose the document.")])
    last_day = DateField("Last day for signing", [InputRequired("Choose the last day.")])
    remind_days = SelectField("Remind who has not signed", choices=choices_of(REMINDERS))
    message = TextAreaField("Message to those who sign", [Length(max=2000)])


class SignerForm(Form):
    """Who signs, as what, and when it is their turn."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Enter an e-mail address."), Email("This is not an address."), Length(max=254)],
    )
    role = StringField("Signs as", [InputRequired("Say as what they sign."), Length(max=60)])
    turn = IntegerField("Turn", [InputRequired("Enter a number."), NumberRange(1, 20)], default=1)


class NamingForm(Form):
    """Who signs instead."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Enter an e-mail address."), Email("This is not an address."), Length(max=254)],
    )


class FieldForm(Form):
    """A field: what, by whom, and where."""

    seat = SelectField("Filled in by", [InputRequired("Choose who fills it in.")])
    kind = SelectField("What", choices=choices_of({kind.value: FIELD_KINDS[kind] for kind in FieldKind}))
    page = IntegerField("Page", [InputRequired("Enter a page.")], default=-1)
    spot = SelectField("Where", choices=choices_of(SPOTS))
    x = DecimalField("From the left", [Optional(), NumberRange(0, 100)])
    y = DecimalField("From the top", [Optional(), NumberRange(0, 100)])
    label = StringField("What is asked", [Length(max=120)])
    required = BooleanField("Has to be filled in", default=True)


class CancelForm(Form):
    """Why it is taken back."""

    reason = StringField("Why", [Length(max=1000)])


def offer_documents(form: EnvelopeForm, documents: Sequence[DocumentSummary]) -> None:
    """Let the form choose among these."""
    choices = [
        SelectChoice(str(each.id), " · ".join(filter(None, (each.title, each.account, each.vehicle))))
        for each in documents
    ]
    form.document.choices = choices


def offer_seats(form: Form, people: Sequence[Signer]) -> None:
    """Let the form choose among the seats of an envelope."""
    form["seat"].choices = [
        SelectChoice(str(each.seat), f"{each.name or 'Nobody yet'}, {each.role}") for each in people
    ]
