"""Forms: what every form of the product shares."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from flask import Flask, request
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from portal.platform.errors import DomainError, Invalid
from portal.web.toolkit.refusals import note_refusal
from portal.web.toolkit.session import WITHOUT_SESSION

K = TypeVar("K", bound=str)


def _refuse_unkeepable() -> None:
    """Refuse the one character that the database cannot keep (NUL), wherever on a page it was typed."""
    if request.path.startswith(WITHOUT_SESSION):
        return
    if any("\0" in name + value for name, value in (*request.args.items(True), *request.form.items(True))):
        raise Invalid("There is a character in it that cannot be kept (NUL). Take it out and send it again.")


def init_app(app: Flask) -> None:
    """Look at what was typed before any page does."""
    app.before_request(_refuse_unkeepable)


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf is not typed
    """A form with the token that proves it is ours."""

    def refuse(self, error: DomainError) -> None:
        """Show a refusal of the domain beside the fields it names, the rest above the form; it is recorded where it
        refuses a person, and not only what they typed."""
        note_refusal(error)
        for name, message in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
        if not error.fields:
            self.form_errors.append(error.message)


class PercentField(StringField):  # type: ignore[misc]  # wtforms is not typed
    """A rate, written in percent (`8` or `8.25`), read as a fraction (Decimal 0.0825); refuses what is no number."""

    def process_formdata(self, values: list[Any]) -> None:
        """Read the text as an exact fraction."""
        text = values[0].strip().rstrip("%").strip() if values else ""
        try:
            rate = Decimal(text or "0") / 100
        except InvalidOperation as error:
            raise ValidationError("Write the rate in percent, such as 8 or 8.25.") from error
        if not rate.is_finite() or abs(rate) > 100 or rate != round(rate, 6):
            raise ValidationError("Write the rate in percent with four decimals at the most.")
        self.data = rate

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{(self.data * 100).normalize():f}"


def choices_of(labels: Mapping[K, str]) -> list[SelectChoice]:
    """Choices of a select field from value → label."""
    return [SelectChoice(value, label) for value, label in labels.items()]
