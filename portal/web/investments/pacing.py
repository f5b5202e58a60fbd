"""How a vehicle is expected to run: what its forecasts are made with."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.identity.access.values import Permission
from portal.domain.investments.forecasts.queries import find_pacing
from portal.domain.investments.forecasts.services import set_pacing
from portal.domain.investments.forecasts.values import USUAL, Pacing
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.errors import DomainError
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, PercentField
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("pacing", __name__, url_prefix="/investments/pacing")
MOST_YEARS = 30


class PercentsField(StringField):  # type: ignore[misc]  # wtforms is not typed
    """Several rates in percent with commas between them (`25, 33.33, 50`), read as fractions."""

    def process_formdata(self, values: list[Any]) -> None:
        """Read each as an exact fraction."""
        parts = [part.strip().rstrip("%").strip() for part in (values[0] if values else "").split(",")]
        try:
            rates = tuple(Decimal(part) / 100 for part in parts if part)
        except InvalidOperation as error:
            raise ValidationError("Write rates in percent with commas between them, such as 25, 33.33, 50.") from error
        if len(rates) > MOST_YEARS or not all(each.is_finite() and each == round(each, 6) for each in rates):
            raise ValidationError(f"Write {MOST_YEARS} rates at the most, with four decimals each.")
        self.data = rates

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return ", ".join(f"{(each * 100).normalize():f}" for each in self.data or ())


class PacingForm(Form):
    """What staff expect of a vehicle."""

    contributions = PercentsField("Share of the unfunded called, year by year", [Length(max=400)])
    life = IntegerField("Life in years", [InputRequired("How many years the vehicle lives, such as 12.")])
    bow = StringField(
        "How late it pays out (“bow” of the model)",
        [InputRequired("How late it pays out, such as 2.5."), Length(max=10)],
    )
    growth = PercentField("Growth of the NAV, a year")
    least_yield = PercentField("Least paid out of the NAV, a year")
    begins_on = DateField("First day of its life", [Optional()])

    def validate_bow(self, field: StringField) -> None:
        """A plain number."""
        try:
            bow = Decimal(field.data.strip())
        except InvalidOperation as error:
            raise ValidationError("Write a number, such as 2.5.") from error
        if not bow.is_finite() or bow != round(bow, 4):
            raise ValidationError("Write a number with four decimals at the most, such as 2.5.")

    def pacing(self) -> Pacing:
        """What was entered, as the domain takes it."""
        return Pacing(
            self.contributions.data, self.life.data, Decimal(self.bow.data.strip()), self.growth.data,
            self.least_yield.data, self.begins_on.data,
        )  # fmt: skip


@blueprint.get("/<uuid:vehicle_id>/edit")
@requires(Permission.PREPARE_MONEY)
def edit(vehicle_id: UUID) -> Response:
    """The form with what is expected now."""
    vehicle = get_vehicle(actor(), vehicle_id)
    pacing = find_pacing(actor(), vehicle_id)
    form = PacingForm(formdata=None, obj=pacing or USUAL)
    return page("investments/pacing/form.html", form=form, vehicle=vehicle, usual=pacing is None)


@blueprint.post("/<uuid:vehicle_id>")
@requires(Permission.PREPARE_MONEY)
def update(vehicle_id: UUID) -> Response | Redirect:
    """Other expectations, or the form again with what to mend."""
    vehicle, form = get_vehicle(actor(), vehicle_id), PacingForm()
    if form.validate():
        try:
            set_pacing(actor(), vehicle_id, form.pacing())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The forecasts follow what you expect.", "good")
            return redirect(url_for("forecasts.index", vehicle=vehicle_id), 303)
    return page("investments/pacing/form.html", 422, form=form, vehicle=vehicle, usual=False)
