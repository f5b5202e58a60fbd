"""Vehicles: what is invested in, its terms, who holds it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.domain.identity.record.queries import list_history
from portal.domain.investments.returns.queries import get_portfolio
from portal.domain.investments.vehicles.queries import get_vehicle, list_vehicles
from portal.domain.investments.vehicles.services import change_vehicle, create_vehicle
from portal.domain.investments.vehicles.values import (
    AccruesFrom,
    Compounding,
    DayCount,
    FeeBasis,
    FeeFrequency,
    TaxClass,
    Terms,
    Vehicle,
    VehicleDescription,
    Waterfall,
)
from portal.domain.people.investor_accounts.queries import find_account_ids, find_account_names
from portal.platform import clock
from portal.platform.errors import DomainError, Invalid
from portal.platform.ids import name_key
from portal.platform.pagination import Page, decode_cursor
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form, PercentField, choices_of
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("vehicles", __name__, url_prefix="/investments/vehicles")
MOST = 50
TAX_CLASSES = {
    TaxClass.PARTNERSHIP: "Partnership",
    TaxClass.CORPORATION: "Corporation",
    TaxClass.REIT: "REIT",
    TaxClass.RIC: "Regulated investment company",
    TaxClass.NOTES: "Notes",
}
COMPOUNDINGS = {
    Compounding.SIMPLE: "Simple",
    Compounding.ANNUAL: "Compounding yearly",
    Compounding.QUARTERLY: "Compounding quarterly",
}
DAY_COUNTS = {DayCount.ACTUAL_365: "Actual/365", DayCount.THIRTY_360: "30/360"}
WATERFALLS = {Waterfall.WHOLE_FUND: "Whole fund (European)", Waterfall.DEAL_BY_DEAL: "Deal by deal (American)"}
ACCRUALS = {AccruesFrom.DUE: "From the due date", AccruesFrom.PAID: "From the day of payment"}
FEE_BASES = {FeeBasis.COMMITMENT: "Commitment", FeeBasis.INVESTED: "Invested capital"}
FEE_FREQUENCIES = {
    FeeFrequency.QUARTERLY: "Quarterly",
    FeeFrequency.SEMI_ANNUAL: "Every half year",
    FeeFrequency.ANNUAL: "Yearly",
}


class VehicleForm(Form):
    """What staff enter of a vehicle."""

    name = StringField("Name", [InputRequired("Give the vehicle a name."), Length(max=200)])
    currency = StringField(
        "Currency",
        [
            InputRequired("Enter a currency code, such as USD."),
            Regexp(r"^[A-Za-z]{3}$", message="Three letters, such as USD."),
        ],
    )
    strategy = StringField("Strategy", [Length(max=100)])
    sector = StringField("Sector", [Length(max=100)])
    vintage = IntegerField("Vintage", [Optional()])
    tax_class = SelectField("Tax class", choices=choices_of(TAX_CLASSES))
    preferred_return = PercentField("Preferred return")
    preferred_compounding = SelectField(
        "Compounding", choices=choices_of(COMPOUNDINGS), default=Compounding.ANNUAL.value
    )
    day_count = SelectField("Day count", choices=choices_of(DAY_COUNTS))
    carry = PercentField("Carried interest")
    catch_up = PercentField("Catch-up share")
    waterfall = SelectField("Waterfall", choices=choices_of(WATERFALLS))
    accrues_from = SelectField("Preferred return accrues", choices=choices_of(ACCRUALS))
    carry_account = StringField("Account that receives carry", [Length(max=200)])
    escrow = PercentField("Carry held in escrow")
    clawback = BooleanField("Clawback of carry")
    management_fee = PercentField("Management fee")
    fee_basis = SelectField("Fee on", choices=choices_of(FEE_BASES))
    fee_frequency = SelectField("Fee charged", choices=choices_of(FEE_FREQUENCIES))
    fee_offset = PercentField("Share of offsets credited", default=Decimal(1))
    calendar = StringField("Holidays of", [Regexp(r"^[A-Za-z]{2}$", message="Two letters, such as US.")], default="US")
    notice_days = IntegerField("Notice of calls", [InputRequired("Enter a number of business days.")], default=10)
    late_interest = PercentField("Interest on late payment")

    def description(self) -> VehicleDescription:
        """What was entered, as the domain takes it."""
        zero = Decimal(0)
        terms = Terms(
            preferred_return=self.preferred_return.data or zero,
            preferred_compounding=Compounding(self.preferred_compounding.data),
            day_count=DayCount(self.day_count.data),
            carry=self.carry.data or zero,
            catch_up=self.catch_up.data or zero,
            waterfall=Waterfall(self.waterfall.data),
            management_fee=self.management_fee.data or zero,
            accrues_from=AccruesFrom(self.accrues_from.data),
            carry_account_id=self._carry_account(),
            escrow=self.escrow.data or zero,
            clawback=self.clawback.data,
            fee_basis=FeeBasis(self.fee_basis.data),
            fee_frequency=FeeFrequency(self.fee_frequency.data),
            fee_offset=self.fee_offset.data or zero,
            calendar=self.calendar.data.upper(),
            notice_days=self.notice_days.data,
            late_interest=self.late_interest.data or zero,
        )
        return VehicleDescription(
            name=self.name.data,
            currency=self.currency.data.upper(),
            tax_class=TaxClass(self.tax_class.data),
            strategy=self.strategy.data,
            sector=self.sector.data,
            vintage=self.vintage.data,
            terms=terms,
        )

    def _carry_account(self) -> UUID | None:
        name = self.carry_account.data or ""
        if not name.strip():
            return None
        found = find_account_ids(actor(), [name]).get(name_key(name))
        if found is None:
            message = "There is no account of this name; set it up first, or leave this empty for now."
            raise Invalid(fields={"carry_account": message})
        return found

    @classmethod
    def filled_from(cls, vehicle: Vehicle) -> VehicleForm:
        """The form with what stands."""
        terms = {name: getattr(vehicle.terms, name) for name in Terms.__dataclass_fields__}
        return cls(formdata=None, obj=vehicle, carry_account=_carry_account_name(vehicle), **terms)


@blueprint.get("")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def index() -> Response:
    """All vehicles by name."""
    search = request.args.get("search", "").strip()
    (after,) = decode_cursor(request.args["cursor"], str) if "cursor" in request.args else ("",)
    found = Page(list_vehicles(actor(), search=search, after=after, most=MOST + 1), MOST, lambda each: (each.name,))
    next_url = url_for("vehicles.index", search=search or None, cursor=found.next) if found.next else None
    return page(
        "investments/vehicles/index.html", vehicles=found.items, search=search, next_url=next_url, may_edit=_may_edit()
    )


@blueprint.get("/new")
@requires(Permission.EDIT_VEHICLES)
def new() -> Response:
    """The empty form."""
    return page("investments/vehicles/form.html", form=VehicleForm(formdata=None), vehicle=None)


@blueprint.post("")
@requires(Permission.EDIT_VEHICLES)
def create() -> Response | Redirect:
    """A new vehicle, or the form again with what to mend."""
    form = VehicleForm()
    if form.validate():
        try:
            vehicle_id = create_vehicle(actor(), form.description())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The vehicle is set up.", "good")
            return redirect(url_for("vehicles.show", vehicle_id=vehicle_id), 303)
    return page("investments/vehicles/form.html", 422, form=form, vehicle=None)


@blueprint.get("/<uuid:vehicle_id>")
@requires(Permission.SEE_ALL_PORTFOLIOS)
def show(vehicle_id: UUID) -> Response:
    """A vehicle: its terms, its total, its holders."""
    vehicle = get_vehicle(actor(), vehicle_id)
    portfolio = get_portfolio(actor(), as_of=clock.today(), vehicle_id=vehicle_id)
    return page(
        "investments/vehicles/show.html",
        vehicle=vehicle,
        portfolio=portfolio,
        history=list_history(actor(), f"vehicle:{vehicle_id}"),
        may_edit=_may_edit(),
        tax_classes=TAX_CLASSES,
        compoundings=COMPOUNDINGS,
        day_counts=DAY_COUNTS,
        waterfalls=WATERFALLS,
        accruals=ACCRUALS,
        fee_bases=FEE_BASES,
        fee_frequencies=FEE_FREQUENCIES,
        carry_account=_carry_account_name(vehicle),
    )


@blueprint.get("/<uuid:vehicle_id>/edit")
@requires(Permission.EDIT_VEHICLES)
def edit(vehicle_id: UUID) -> Response:
    """The form with what stands."""
    vehicle = get_vehicle(actor(), vehicle_id)
    return page("investments/vehicles/form.html", form=VehicleForm.filled_from(vehicle), vehicle=vehicle)


@blueprint.post("/<uuid:vehicle_id>")
@requires(Permission.EDIT_VEHICLES)
def update(vehicle_id: UUID) -> Response | Redirect:
    """Other particulars, or the form again with what to mend."""
    vehicle, form = get_vehicle(actor(), vehicle_id), VehicleForm()
    if form.validate():
        try:
            change_vehicle(actor(), vehicle_id, form.description())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The vehicle is changed.", "good")
            return redirect(url_for("vehicles.show", vehicle_id=vehicle_id), 303)
    return page("investments/vehicles/form.html", 422, form=form, vehicle=vehicle)


def _carry_account_name(vehicle: Vehicle) -> str:
    account_id = vehicle.terms.carry_account_id
    return find_account_names(actor(), [account_id])[account_id] if account_id else ""


def _may_edit() -> bool:
    return can(actor(), Permission.EDIT_VEHICLES)
