"""The forms of a batch: what all its documents have in common, and whose a piece is."""

from __future__ import annotations

from uuid import UUID

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.domain.documents.filing.values.batches import BatchDetails
from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.identity.access.values import Actor
from portal.domain.people.investor_accounts.queries import find_account_by_number, find_account_ids
from portal.platform.ids import name_key
from portal.web.toolkit.forms import Form, choices_of
from portal.web.toolkit.vehicle_field import VehicleField

TYPES = {
    DocumentType.TAX_FORM: "Tax form",
    DocumentType.STATEMENT: "Statement",
    DocumentType.NOTICE: "Notice",
    DocumentType.AGREEMENT: "Agreement",
    DocumentType.REPORT: "Report",
    DocumentType.SUBSCRIPTION: "Subscription paper",
    DocumentType.IDENTIFICATION: "Identification",
    DocumentType.OTHER: "Other",
}


class BatchForm(Form):
    """A file of many papers and what they have in common. `name` and `size` are filled in by the script that sends a
    large file in parts."""

    file = FileField("File")
    name = HiddenField()
    size = HiddenField()
    type = SelectField("Type", choices=choices_of(TYPES))
    period = StringField(
        "Period",
        [
            Optional(),
            Regexp(
                r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$", message="Write a year, quarter or month: 2025, 2025-Q3, 2025-09."
            ),
        ],
    )
    vehicle = VehicleField(none="None")
    title = StringField("Title of each document", [InputRequired("Give the documents a title."), Length(max=200)])

    def offer(self, actor: Actor) -> BatchForm:
        """The form with the firm's vehicles to choose from."""
        self.vehicle.offer(actor)
        return self

    def details(self) -> BatchDetails:
        """What all documents have in common."""
        vehicle = UUID(self.vehicle.data) if self.vehicle.data else None
        return BatchDetails(DocumentType(self.type.data), self.title.data, self.period.data or "", vehicle)

    def announced(self) -> tuple[str, int] | None:
        """The name and size of a file that is to come in parts, or None."""
        size = str(self.size.data or "")
        return (self.name.data, int(size)) if self.name.data and size.isdigit() else None

    def upload(self) -> tuple[str, bytes] | None:
        """The name and content of a file that was sent with the form, or None."""
        file = self.file.data
        return (file.filename or "", file.read()) if file else None


class PieceForm(Form):
    """Whose a piece is, by the account's name or number."""

    account = StringField("Account", [InputRequired("Write the name or number of an account."), Length(max=200)])

    def find(self, actor: Actor) -> UUID | None:
        """The account that is meant, or None where there is none of that name or number."""
        given = self.account.data.strip()
        found = find_account_ids(actor, [given]).get(name_key(given))
        return found or find_account_by_number(actor, "".join(given.split()).upper())


class ReasonForm(Form):
    """Why somebody may be named in a document."""

    reason = StringField("Reason", [InputRequired("Say why they may be named."), Length(max=500)])
