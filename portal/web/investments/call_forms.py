"""What staff type of a call, and how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.investments.capital_calls.values.allocating import LineKind, Participant
from portal.domain.investments.capital_calls.values.calls import Call, CallDraft, CallState, LineDraft
from portal.domain.investments.fees.values import FeeCharge
from portal.platform.errors import Invalid
from portal.web.toolkit.amounts import AmountField
from portal.web.toolkit.formatting import day, money
from portal.web.toolkit.forms import Form, PercentField
from portal.web.toolkit.vehicle_field import VehicleField

# The rows of the form: what its fields begin with, the kind of line, what stands beside it.
ROWS = (
    ("investment", LineKind.INVESTMENT, "Investment"),
    ("further", LineKind.INVESTMENT, "Further investment"),
    ("fees", LineKind.FEES, "Management fees"),
    ("expenses", LineKind.EXPENSES, "Partnership expenses"),
)


class CallForm(Form):
    """A call as it is typed: up to four lines, each an amount or a percentage of all commitments."""

    vehicle = VehicleField()
    due_on = DateField("Due on", [InputRequired("Choose the day on which the money is due.")])
    purpose = TextAreaField("What it is for", [Length(max=500, message="At most 500 letters.")])
    investment_label = StringField("Investment: what it is called", [Length(max=120)])
    investment_amount = AmountField("Investment: amount")
    investment_percent = PercentField("Investment: or percentage")
    investment_inside = BooleanField("Inside the commitment", default=True)
    further_label = StringField("Further investment: what it is called", [Length(max=120)])
    further_amount = AmountField("Further investment: amount")
    further_percent = PercentField("Further investment: or percentage")
    further_inside = BooleanField("Inside the commitment", default=True)
    fees_label = StringField("Management fees: what they are called", [Length(max=120)])
    fees_amount = AmountField("Management fees: amount")
    fees_percent = PercentField("Management fees: or percentage")
    fees_inside = BooleanField("Inside the commitment", default=True)
    expenses_label = StringField("Partnership expenses: what they are called", [Length(max=120)])
    expenses_amount = AmountField("Partnership expenses: amount")
    expenses_percent = PercentField("Partnership expenses: or percentage")
    expenses_inside = BooleanField("Inside the commitment", default=True)
    excused = TextAreaField("Excused accounts")
    short_notice = StringField("Why less notice is given", [Length(max=500)])
    accrued = SelectMultipleField(
        "Accrued fees, to take into this call",
        choices=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    lines = StringField("Lines")  # what is wrong with the lines together is shown there

    def offer_fees(self, charges: Sequence[FeeCharge], *, named: bool) -> None:
        """Let these charged fees be chosen, `named` by their vehicle where the call may be any's."""
        self.accrued.choices = [SelectChoice(str(each.id), _fee_label(each, named=named)) for each in charges]

    def draft(
        self,
        vehicle_id: UUID,
        participants: Sequence[Participant],
        charges: Sequence[FeeCharge],
        replaces: UUID | None = None,
    ) -> CallDraft:
        """What was typed, as the domain takes it, `charges` being the fees to choose from; Invalid for an excused
        account that did not commit."""
        taken = [each for each in charges if str(each.id) in (self.accrued.data or ())]
        return CallDraft(
            vehicle_id,
            self.due_on.data,
            (*self._lines(), *self._fee_line(taken)),
            self.purpose.data or "",
            self.short_notice.data or "",
            _read_excuses(self.excused.data or "", participants),
            replaces,
            tuple(each.id for each in taken),
        )

    def _fee_line(self, taken: Sequence[FeeCharge]) -> list[LineDraft]:
        """The line that the chosen fees are together, under the period they are of unless a name was typed."""
        if not taken:
            return []
        period = f"{day(min(each.starts_on for each in taken))} to {day(max(each.ends_on for each in taken))}"
        net = sum((each.net for each in taken), Decimal(0))
        return [LineDraft(LineKind.FEES, net, None, bool(self.fees_inside.data), self.fees_label.data or period)]

    def _lines(self) -> list[LineDraft]:
        found = []
        for name, kind, _ in ROWS:
            amount, percent = self[f"{name}_amount"].data, self[f"{name}_percent"].data or None
            if amount is not None or percent is not None:
                inside, label = bool(self[f"{name}_inside"].data), self[f"{name}_label"].data or ""
                found.append(LineDraft(kind, amount, percent, inside, label))
        return found


class LateForm(Form):
    """A late close as it is typed: the rest is computed from the calls there were."""

    vehicle = VehicleField()
    admitted_on = DateField("Admitted on", [InputRequired("Choose the day of admission.")])
    due_on = DateField("Due on", [InputRequired("Choose the day on which the money is due.")])
    purpose = TextAreaField("What it is for", [Length(max=500, message="At most 500 letters.")])


def given_of(call: Call, names: dict[UUID, str], charges: Sequence[FeeCharge]) -> dict[str, Any]:
    """A call as the form shows it for changing or correcting: those of `charges` that it has, or had when it was
    cancelled, are chosen in place of the amount of its line of fees, which nobody types."""
    given: dict[str, Any] = {
        "vehicle": str(call.summary.vehicle_id),
        "due_on": call.summary.due_on,
        "purpose": call.purpose,
        "short_notice": call.short_notice,
        "excused": "\n".join(f"{names.get(key, '–')}: {reason}" for key, reason in call.excused.items()),
    }
    over = call.summary.state is CallState.CANCELLED
    chosen = [each for each in charges if (each.last_call_id if over else each.call_id) == call.summary.id]
    free = [name for name, *_ in ROWS]
    for line, percent in zip(call.lines, call.percents, strict=True):
        name = next(row for row, kind, _ in ROWS if kind is line.kind and row in free)
        free.remove(name)
        given |= {
            f"{name}_label": line.label,
            f"{name}_amount": None if percent or line.accrued else line.amount,
            f"{name}_percent": percent,
            f"{name}_inside": line.inside,
        }
    return {**given, "accrued": [str(each.id) for each in chosen]}


def _fee_label(charge: FeeCharge, *, named: bool) -> str:
    of = f"{charge.vehicle}, " if named else ""
    return (
        f"{of}{day(charge.starts_on)} to {day(charge.ends_on)}: {charge.currency} {money(charge.net, charge.currency)}"
    )


def _read_excuses(text: str, participants: Sequence[Participant]) -> dict[UUID, str]:
    """Lines of `account: reason`."""
    found: dict[UUID, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        fitting = [each for each in participants if line.casefold().startswith(f"{each.name.casefold()}:")]
        if not fitting:
            raise Invalid(fields={"excused": f"“{line}” does not begin with an account that committed, and a colon."})
        who = max(fitting, key=lambda each: len(each.name))
        found[who.account_id] = line[len(who.name) + 1 :].strip()
    return found
