"""Invented values for the gallery of components."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.platform.charts import Series
from portal.web.toolkit.forms import Form


@dataclass(frozen=True, slots=True)
class Holding:
    """One row of the sample table."""

    vehicle: str
    commitment: Decimal
    paid_in: Decimal
    distributed: Decimal
    nav: Decimal
    tvpi: Decimal | None
    irr: Decimal | None


HOLDINGS = (
    Holding(
        "Halden Growth Partners III",
        Decimal("5000000"),
        Decimal("4125000"),
        Decimal("1980250.75"),
        Decimal("4310022.10"),
        Decimal("1.5249"),
        Decimal("0.1423"),
    ),
    Holding(
        "Halden Credit Opportunities",
        Decimal("2500000"),
        Decimal("2500000"),
        Decimal("2961400.00"),
        Decimal("0"),
        Decimal("1.1846"),
        Decimal("0.0612"),
    ),
    Holding(
        "Halden Infrastructure Fund II",
        Decimal("3000000"),
        Decimal("600000"),
        Decimal("0"),
        Decimal("541870.33"),
        Decimal("0.9031"),
        Decimal("-0.0841"),
    ),
    Holding("Halden Venture 2026", Decimal("1000000"), Decimal("0"), Decimal("0"), Decimal("0"), None, None),
)

_VALUES = [0, 420, 905, 1380, 1290, 1610, 2240, 2105, 2870, 3410, 3980, 4851]
_PAID_IN = [400, 900, 1400, 1900, 2300, 2300, 2900, 3300, 3700, 4400, 6600, 7225]
_DAYS = [date(2021 + n // 2, 1 + 6 * (n % 2), 1) for n in range(12)]
VALUE_OVER_TIME = (
    Series(
        "Value and distributions",
        [(day, Decimal(value) * 1000) for day, value in zip(_DAYS, _VALUES, strict=True)],
    ),
    Series(
        "Paid in",
        [(day, Decimal(value) * 1000) for day, value in zip(_DAYS, _PAID_IN, strict=True)],
        stepped=True,
    ),
)
QUARTERS = [f"Q{n % 4 + 1} {2023 + n // 4}" for n in range(14)]
FLOWS = [
    (Decimal(paid_out) * 1000, Decimal(-called) * 1000)
    for paid_out, called in zip(
        [0, 0, 120, 0, 310, 85, 0, 640, 210, 0, 980, 330, 450, 1220],
        [500, 250, 0, 400, 120, 0, 350, 0, 90, 600, 0, 150, 0, 60],
        strict=True,
    )
]
ALLOCATION = [(holding.vehicle, holding.nav) for holding in HOLDINGS]
LOSS = Decimal("-120433.10")

PROBLEMS = [
    (
        7,
        "amount",
        "“1.200.000,00” is no number in this format. Choose “1.234,56” under number format, or mend it.",
    ),
    (12, "date", "31 February 2024 does not exist. Correct the date in the file."),
    (None, None, "The file has two columns called “NAV”. Rename one of them."),
]


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Account name")
    email = StringField("E-mail")
    amount = StringField("Amount")
    kind = SelectField(
        "Kind",
        choices=[SelectChoice("", "Choose"), SelectChoice("contribution", "Contribution"), SelectChoice("fee", "Fee")],
    )
    on = DateField("Effective date")
    note = TextAreaField("Note")
    method = RadioField(
        "Statement by", choices=[SelectChoice("mail", "E-mail"), SelectChoice("paper", "Paper")], default="mail"
    )
    consent = BooleanField("Deliver tax forms electronically")
    file = FileField("File")

    def with_problems(self) -> SampleForm:
        """The form as it comes back after a refusal."""
        self.name.errors = ["Enter the account’s name as it stands in the subscription agreement."]
        self.amount.errors = ["“12,5” has too few decimals for USD. Write 12.50."]
        return self
