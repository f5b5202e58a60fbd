"""What staff enter of a distribution, of deals and of what is withheld."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.domain.investments.distributions.values.distributions import Cost, CostKind, Deal, Distribution, Draft
from portal.domain.investments.distributions.values.plans import ENTERED, SHARING, Line, Method, Rate, Source
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.errors import DomainError
from portal.web.toolkit.amounts import AmountField, read_amount
from portal.web.toolkit.forms import Form, PercentField, choices_of

PLACES = tuple(range(1, 7))
SOURCES = {
    Source.RETURN_OF_CAPITAL: "Return of capital",
    Source.GAIN: "Realised gain",
    Source.DIVIDEND: "Dividend",
    Source.INTEREST: "Interest",
    Source.OTHER_INCOME: "Other income",
    Source.RETURN_OF_UNUSED: "Return of unused capital",
    Source.IN_KIND: "In kind",
    Source.CARRIED_INTEREST: "Carried interest",
    Source.CLAWBACK: "Carry paid back",
}
METHODS = {
    Method.WATERFALL: "By the waterfall of the vehicle",
    Method.PAID_IN: "In proportion to what was paid in",
    Method.COMMITMENT: "In proportion to commitments",
    Method.RELEASE: "Carry held back, let go",
    Method.CLAWBACK: "Carry paid back to the partners",
}
KINDS = {
    AccountKind.INDIVIDUAL: "Individual",
    AccountKind.JOINT: "Joint",
    AccountKind.TRUST: "Trust",
    AccountKind.RETIREMENT: "Retirement account",
    AccountKind.COMPANY: "Company",
    AccountKind.PARTNERSHIP: "Partnership",
}
# What each row begins with.
USUAL = (
    Source.GAIN,
    Source.RETURN_OF_CAPITAL,
    Source.DIVIDEND,
    Source.INTEREST,
    Source.OTHER_INCOME,
    Source.RETURN_OF_UNUSED,
)
TAXED = (*ENTERED, Source.CARRIED_INTEREST)
COSTS = {CostKind.CAPITAL: "Capital", CostKind.FEES: "Fees", CostKind.WRITE_DOWN: "Write-down"}
NO_DEAL = SelectChoice("", "–")
NO_CALL = SelectChoice("", "Nothing: all of it is paid out")


class DistributionForm(Form):
    """Of what, when, how shared, and up to six amounts."""

    vehicle = HiddenField()
    pay_on = DateField("Payment day", [InputRequired("Say on which day it is paid.")])
    method = SelectField("Shared", choices=choices_of({each: METHODS[each] for each in SHARING}))
    nets_call = SelectField("Net against", choices=[], default="")
    note = TextAreaField("What it is for", [Length(max=1000, message="At most 1,000 characters.")])

    def refuse(self, error: DomainError) -> None:
        """Show what is wrong with the amounts beside the first of them."""
        if "lines" in error.fields:
            error.fields["amount_1"] = error.fields.pop("lines")
        super().refuse(error)

    def offer_deals(self, deals: list[tuple[str, str]]) -> None:
        """Let each amount name one of these deals."""
        for place in PLACES:
            self[f"deal_{place}"].choices = [NO_DEAL, *(SelectChoice(*deal) for deal in deals)]

    def offer_calls(self, calls: list[tuple[str, str]]) -> None:
        """Let it be netted against one of these open calls."""
        self.nets_call.choices = [NO_CALL, *(SelectChoice(*call) for call in calls)]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The amounts, field by field."""
        names = ("source", "amount", "recallable", "deal")
        return [{name: self[f"{name}_{place}"] for name in names} for place in PLACES]

    def draft(self, vehicle_id: UUID) -> Draft:
        """What was entered, as the domain takes it; rows without an amount are left out."""
        lines = [
            Line(
                Source(row["source"].data),
                row["amount"].data,
                row["recallable"].data or Decimal(0),
                UUID(row["deal"].data) if row["deal"].data else None,
            )
            for row in self.rows
            if row["amount"].data is not None
        ]
        method, nets = Method(self.method.data), self.nets_call.data
        note, call_id = (self.note.data or "").strip(), UUID(nets) if nets else None
        return Draft(vehicle_id, self.pay_on.data, method, tuple(lines), note, call_id)

    @classmethod
    def filled_from(cls, found: Distribution) -> DistributionForm:
        """The form with what stands."""
        given: dict[str, Any] = {"vehicle": str(found.vehicle_id), "method": found.method.value}
        given["nets_call"] = str(found.nets_call_id or "")
        for place, line in zip(PLACES, found.lines, strict=False):
            given |= {
                f"source_{place}": line.source.value,
                f"amount_{place}": line.amount,
                f"recallable_{place}": line.recallable or None,
                f"deal_{place}": str(line.deal_id) if line.deal_id else "",
            }
        return cls(formdata=None, data={"pay_on": found.pay_on, "note": found.note, **given})


for _place in PLACES:
    setattr(
        DistributionForm,
        f"source_{_place}",
        SelectField(
            "Source",
            choices=choices_of({source: SOURCES[source] for source in ENTERED}),
            default=USUAL[_place - 1].value,
        ),
    )
    setattr(DistributionForm, f"amount_{_place}", AmountField("Amount"))
    setattr(DistributionForm, f"recallable_{_place}", AmountField("Of it, may be called again"))
    setattr(DistributionForm, f"deal_{_place}", SelectField("Deal", choices=[NO_DEAL], default=""))


class DealForm(Form):
    """What a deal cost, one line for each amount."""

    name = StringField("Deal", [InputRequired("Give the deal a name."), Length(max=200)])
    costs = TextAreaField("Cost", [InputRequired("Enter at least what was invested.")])

    def validate_costs(self, field: Any) -> None:
        """Each line reads day, kind, amount."""
        self.read = [_cost(line) for line in field.data.splitlines() if line.strip()]

    @classmethod
    def filled_from(cls, deal: Deal) -> DealForm:
        """The form with what stands."""
        lines = [f"{each.on.isoformat()} {each.kind.value} {each.amount:f}" for each in deal.costs]
        return cls(formdata=None, data={"name": deal.name, "costs": "\n".join(lines)})


def _cost(line: str) -> Cost:
    try:
        on, kind, amount = line.split()
        return Cost(date.fromisoformat(on), CostKind(kind), read_amount(amount))
    except ValueError as error:
        raise ValidationError(
            f"“{line}” is not a day, capital, fees or write_down, and an amount: 2025-03-31 capital 1000000."
        ) from error


class RateForm(Form):
    """A rate of withholding, with what it rests on."""

    residence = StringField("Country of tax residence", [InputRequired("The two letters of a country, such as DE.")])
    kind = SelectField("Kind of holder", choices=[SelectChoice("", "Any"), *choices_of(KINDS)])
    source = SelectField("Source", choices=choices_of({each: SOURCES[each] for each in TAXED}))
    rate = PercentField("Rate")
    basis = StringField("Rests on", [Length(max=300)])

    def as_rate(self) -> Rate:
        """What was entered, as the domain takes it."""
        kind = AccountKind(self.kind.data) if self.kind.data else None
        residence = (self.residence.data or "").strip().upper()
        return Rate(residence, kind, Source(self.source.data), self.rate.data, self.basis.data or "")


class ReasonForm(Form):
    """Why a distribution is taken back."""

    reason = TextAreaField("Why", [Length(max=1000, message="At most 1,000 characters.")])
