"""The forms of an import: the file, and how its columns are read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, EmailField, Field, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.domain.investments.imports.values.records import Layout
from portal.domain.investments.imports.values.tables import (
    DATE_FIELD,
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    DateFormat,
    ImportKind,
    ImportOptions,
    NumberFormat,
)
from portal.platform.errors import DomainError, Invalid
from portal.web.toolkit.forms import Form, choices_of

FIELD_NAMES = {
    "account": "Account",
    "vehicle": "Vehicle",
    "as_of": "As of",
    "date": "Date",
    "commitment": "Commitment",
    "paid_in": "Paid-in",
    "distributed": "Distributed",
    "nav": "NAV",
    "type": "Type",
    "amount": "Amount",
    "reference": "Reference",
    "vintage": "Vintage",
    "strategy": "Strategy",
    "currency": "Currency",
    "scale": "Unit",
}
SCALES = {"1": "As written", "1000": "In thousands", "1000000": "In millions", "1000000000": "In billions"}
DATES = {
    DateFormat.AUTO.value: "As the dates themselves show",
    DateFormat.ISO.value: "Year first: 2026-03-31",
    DateFormat.DAY_FIRST.value: "Day first: 31/03/2026",
    DateFormat.MONTH_FIRST.value: "Month first: 03/31/2026",
}
NUMBERS = {
    NumberFormat.AUTO.value: "As the amounts themselves show",
    NumberFormat.POINT.value: "Decimal point: 1,234.56",
    NumberFormat.COMMA.value: "Decimal comma: 1.234,56",
}


class FileForm(Form):
    """A spreadsheet to be uploaded."""

    file = FileField("Spreadsheet", [FileRequired("Choose a CSV or Excel file.")])

    def upload(self) -> tuple[str, bytes]:
        """The name and the content of the file."""
        return self.file.data.filename or "", self.file.data.read()


class ColumnsForm(Form):
    """How a file is read, whatever its kind; `columns_form` adds a column for each field of one kind."""

    account = StringField("Or one account for all rows", [Length(max=200)])
    vehicle = StringField("Or one vehicle for all rows", [Length(max=200)])
    date = DateField("Or one date for all rows", [Optional()])
    scale = RadioField("Amounts are", choices=choices_of(SCALES))
    currency = StringField(
        "Currency",
        [
            InputRequired("Enter the currency of the amounts, such as USD."),
            Regexp(r"^\s*[A-Za-z]{3}\s*$", message="Three letters, such as USD."),
        ],
    )
    number_format = SelectField("Amounts are written", choices=choices_of(NUMBERS))
    date_format = SelectField("Dates are written", choices=choices_of(DATES))
    owner = EmailField("Who acts for new accounts", [Length(max=254)])
    kind = ImportKind.POSITIONS

    def columns(self) -> Iterator[tuple[str, Field, Field | None]]:
        """For each field of this kind: its name, the choice of its column, what may stand in for all rows."""
        stand_ins = {"account": self.account, "vehicle": self.vehicle, DATE_FIELD[self.kind]: self.date}
        for name in fields_of(self.kind):
            yield name, self[f"column_{name}"], stand_ins.get(name)

    def offer(self, layout: Layout, options: ImportOptions) -> ColumnsForm:
        """The form with the columns of this file to choose from, and a unit that is none of the usual ones."""
        for _, column, _ in self.columns():
            column.choices = choices_of({"": "Not in the file"} | {header: header for header in layout.header})
        unit = f"{options.scale:f}"
        if unit not in SCALES:
            self.scale.choices = choices_of(SCALES | {unit: f"Times {unit}"})
        return self

    def options(self) -> ImportOptions:
        """What was chosen, as the domain takes it."""
        return ImportOptions(
            kind=self.kind,
            mapping={name: column.data for name, column, _ in self.columns() if column.data},
            scale=Decimal(self.scale.data),
            currency=self.currency.data.strip().upper(),
            account=(self.account.data or "").strip() or None,
            vehicle=(self.vehicle.data or "").strip() or None,
            date=self.date.data,
            date_format=DateFormat(self.date_format.data),
            number_format=NumberFormat(self.number_format.data),
            owner=(self.owner.data or "").strip() or None,
        )

    def refuse(self, error: DomainError) -> None:
        """Show what is wrong with a field beside the choice of its column."""
        fields = {(f"column_{name}" if f"column_{name}" in self else name): text for name, text in error.fields.items()}
        super().refuse(Invalid(error.message, fields=fields))


def fields_of(kind: ImportKind) -> tuple[str, ...]:
    """The fields of one kind of import, those that are needed first."""
    return REQUIRED_FIELDS[kind] + OPTIONAL_FIELDS[kind]


@cache
def columns_form(kind: ImportKind) -> type[ColumnsForm]:
    """The form for one kind of import."""
    columns: dict[str, Any] = {
        f"column_{name}": SelectField(FIELD_NAMES[name], validate_choice=False) for name in fields_of(kind)
    }
    return type(f"{kind.value.title()}Form", (ColumnsForm,), columns | {"kind": kind})


def filled_with(options: ImportOptions, layout: Layout) -> ColumnsForm:
    """The form of the options' kind with what they say."""
    data = {f"column_{name}": column for name, column in options.mapping.items()} | {
        "account": options.account,
        "vehicle": options.vehicle,
        "date": options.date,
        "scale": f"{options.scale:f}",
        "currency": options.currency,
        "number_format": options.number_format.value,
        "date_format": options.date_format.value,
        "owner": options.owner,
    }
    return columns_form(options.kind)(formdata=None, data=data).offer(layout, options)
