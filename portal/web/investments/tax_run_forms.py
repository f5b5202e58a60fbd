"""The form for a vehicle's allocations of a year."""

from __future__ import annotations

from uuid import UUID

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.identity.access.values import Actor
from portal.domain.investments.tax_forms.queries.runs import find_payer
from portal.domain.investments.tax_forms.services.preparing import import_tax_run, share_tax_run
from portal.domain.investments.tax_forms.values.boxes import FORM_NAMES, TAX_YEARS, FormKind
from portal.domain.investments.tax_forms.values.forms import Stage
from portal.domain.investments.tax_forms.values.runs import NewTaxRun, SharedBy
from portal.platform import clock
from portal.platform.errors import Invalid
from portal.web.investments.account_lines import read_account_lines
from portal.web.investments.tax_words import SHARED_BY
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.vehicle_field import VehicleField

LARGEST = 5 * 1024 * 1024
SHEET, TOTALS = "sheet", "totals"


class TaxRunForm(Form):
    """Allocations as they are entered: a sheet of all accounts, or the vehicle's totals to share out."""

    vehicle = VehicleField()
    tax_year = SelectField("Tax year", default=str(TAX_YEARS[0]))
    kind = SelectField("Form", choices=choices_of(FORM_NAMES))
    stage = SelectField("Stage", choices=choices_of({Stage.ESTIMATE: "Estimate", Stage.FINAL: "Final"}))
    payer_ein = StringField("EIN of the vehicle", [InputRequired("Enter the vehicle’s EIN, such as 12-3456789.")])
    payer_address = TextAreaField("Address of the vehicle", [InputRequired("Enter the vehicle’s address.")])
    source = RadioField(
        "Where they come from",
        choices=choices_of({SHEET: "A sheet with a line for each account", TOTALS: "The vehicle’s totals, shared out"}),
        default=SHEET,
    )
    sheet = FileField("Sheet (CSV)")
    totals = TextAreaField("Totals of the vehicle", [Length(max=20_000)])
    shared_by = SelectField("Shared out by", choices=choices_of(SHARED_BY))
    units = TextAreaField("Units of each account", [Length(max=1_000_000)])
    reason = StringField("What is corrected", [Length(max=500, message="At most 500 letters.")])

    def offer(self, actor: Actor) -> TaxRunForm:
        """The form with the vehicles and years to choose from, and the payer of the vehicle's last run where none is
        typed. A year whose boxes are not known is among them, and told so, so that no other stands in its place."""
        self.vehicle.offer(actor)
        years = range(max(clock.today().year, TAX_YEARS[0]), TAX_YEARS[-1] - 1, -1)
        self.tax_year.choices = choices_of({str(year): str(year) for year in years})
        chosen = self.vehicle.find_id()
        known = None if chosen is None or self.payer_ein.data else find_payer(actor, chosen)
        if known is not None:
            self.payer_ein.data, self.payer_address.data = known
        return self

    def prepare(self, actor: Actor) -> UUID:
        """The draft of what was entered; its id."""
        given = NewTaxRun(
            UUID(self.vehicle.data),
            int(self.tax_year.data),
            FormKind(self.kind.data),
            Stage(self.stage.data),
            self.payer_ein.data,
            self.payer_address.data,
            self.reason.data or "",
        )
        if self.source.data == SHEET:
            return import_tax_run(actor, given, self._content())
        by_units = self.shared_by.data == SharedBy.UNITS.value
        units = read_account_lines(self.units.data or "", "units") if by_units else {}
        shared_by = SharedBy(self.shared_by.data)
        return share_tax_run(actor, given, self.totals.data or "", shared_by=shared_by, units=units)

    def _content(self) -> bytes:
        if not self.sheet.data:
            raise Invalid(fields={"sheet": "Choose a CSV file."})
        content: bytes = self.sheet.data.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Invalid(fields={"sheet": "At most 5 MB."})
        return content
