"""What if: a waterfall over any amounts and dates, which posts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request
from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from portal.domain.identity.access.values import Permission
from portal.domain.investments.distributions.queries.trials import get_starting_point, get_trial
from portal.domain.investments.distributions.values.waterfalls import Drawn, PaidOut, WaterfallTerms
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.values import Compounding, DayCount
from portal.platform import clock
from portal.platform.money import UnknownCurrency, minor_places
from portal.web.investments.vehicles import COMPOUNDINGS, DAY_COUNTS
from portal.web.toolkit.access import requires
from portal.web.toolkit.amounts import AmountField, read_amount
from portal.web.toolkit.forms import Form, PercentField, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("waterfalls", __name__, url_prefix="/investments/waterfalls")
MOST_LINES = 200
YEARS = range(1950, 2101)  # in which anything is tried: a preferred return compounds through each of them


class TrialForm(Form):
    """Terms, the capital drawn and the payments, one a line, all in one currency."""

    currency = StringField("Currency", filters=[lambda text: (text or "").strip().upper()], default="USD")
    preferred_return = PercentField("Preferred return", default=Decimal("0.08"))
    compounding = SelectField("Compounding", choices=choices_of(COMPOUNDINGS), default=Compounding.ANNUAL.value)
    day_count = SelectField("Day count", choices=choices_of(DAY_COUNTS))
    carry = PercentField("Carried interest", default=Decimal("0.2"))
    catch_up = PercentField("Catch-up share", default=Decimal(1))
    drawn = TextAreaField("Capital drawn", [Length(max=20_000)])
    payments = TextAreaField("Payments", [Length(max=20_000)])
    value_left = AmountField("Value left at the end")

    places = 2

    def validate_currency(self, field: Any) -> None:
        """One that there is; it says how fine amounts are."""
        try:
            self.places = minor_places(field.data)
        except UnknownCurrency as error:
            raise ValidationError("Enter the three letters of a currency, such as USD.") from error

    def validate_drawn(self, field: Any) -> None:
        """Each line is a day and an amount."""
        self.calls = [Drawn(*_dated(line, self.places)) for line in _lines(field.data)]

    def validate_payments(self, field: Any) -> None:
        """Each line is a day and an amount."""
        self.paid = [PaidOut(*_dated(line, self.places)) for line in _lines(field.data)]

    def validate_catch_up(self, field: Any) -> None:
        """Above the carry, or none."""
        if field.data and self.carry.data is not None and field.data <= self.carry.data:
            raise ValidationError("The catch-up share must be above the carry, or the catch-up never ends.")

    @property
    def terms(self) -> WaterfallTerms:
        """The terms that were entered."""
        return WaterfallTerms(
            self.preferred_return.data,
            Compounding(self.compounding.data),
            DayCount(self.day_count.data),
            self.carry.data,
            self.catch_up.data,
        )


def _lines(text: str | None) -> list[str]:
    lines = [line for line in (text or "").splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValidationError(f"At most {MOST_LINES} lines.")
    return lines


def _dated(line: str, places: int) -> tuple[date, Decimal]:
    try:
        on, amount = line.split()
        found = date.fromisoformat(on), read_amount(amount)
    except ValueError as error:
        raise ValidationError(f"“{line}” is not a day and an amount: 2025-01-01 1000000.") from error
    if found[0].year not in YEARS:
        raise ValidationError(f"“{line}”: days lie between {YEARS[0]} and {YEARS[-1]}.")
    if found[1] <= 0 or found[1] != round(found[1], places):
        raise ValidationError(f"“{line}”: amounts are above zero, with at most {places} decimal places.")
    return found


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show() -> Response:
    """The form; with a vehicle, what stands in its books."""
    vehicle_id = read_id(request.args, "vehicle")
    if vehicle_id is None:
        return page("investments/waterfalls/show.html", form=TrialForm(formdata=None), trial=None)
    currency = get_vehicle(actor(), vehicle_id).currency
    terms, drawn, paid_out = get_starting_point(actor(), vehicle_id, on=clock.today())
    given = {
        "currency": currency,
        "preferred_return": terms.preferred_return,
        "compounding": terms.compounding.value,
        "day_count": terms.day_count.value,
        "carry": terms.carry,
        "catch_up": terms.catch_up,
        "drawn": _written(drawn, minor_places(currency)),
        "payments": _written(paid_out, minor_places(currency)),
    }
    return page("investments/waterfalls/show.html", form=TrialForm(formdata=None, data=given), trial=None)


def _written(flows: Sequence[Drawn | PaidOut], places: int) -> str:
    return "\n".join(f"{each.on.isoformat()} {each.amount:.{places}f}" for each in flows if each.amount > 0)


@blueprint.post("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def run() -> Response:
    """What these amounts would come to, under the form they were typed in; nothing is kept."""
    form = TrialForm()
    if not form.validate():
        return page("investments/waterfalls/show.html", 422, form=form, trial=None)
    left, currency = form.value_left.data or Decimal(0), form.currency.data
    trial = get_trial(form.terms, form.calls, form.paid, value_left=left, currency=currency)
    return page("investments/waterfalls/show.html", form=form, trial=trial)
