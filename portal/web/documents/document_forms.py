"""The forms of documents: what is said of one, for whom it is, when it is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.documents.library.values.documents import (
    Audience,
    Document,
    DocumentDetails,
    DocumentType,
    Publication,
)
from portal.domain.documents.library.values.folders import FolderKind, OpenedFolder
from portal.domain.documents.library.values.writing import end_of, title_of
from portal.domain.identity.access.values import Actor
from portal.domain.investments.vehicles.queries import find_vehicles
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.platform.errors import Invalid
from portal.platform.ids import name_key
from portal.web.toolkit.formatting import reader_timezone
from portal.web.toolkit.forms import Form, choices_of

TYPES = {
    DocumentType.STATEMENT: "Statement",
    DocumentType.NOTICE: "Notice",
    DocumentType.TAX_FORM: "Tax form",
    DocumentType.AGREEMENT: "Agreement",
    DocumentType.REPORT: "Report",
    DocumentType.SUBSCRIPTION: "Subscription paper",
    DocumentType.IDENTIFICATION: "Identification",
    DocumentType.OTHER: "Other",
}
AUDIENCES = {
    Audience.ACCOUNT: "Who acts for one account",
    Audience.VEHICLE: "Everybody invested in one vehicle",
    Audience.FIRM: "Every investor of the firm",
    Audience.NAMED: "Only people it is given to by name",
    Audience.STAFF: "Staff only",
}
OF_ROOM = {Audience.ROOM: "Who sees its folder in the data room"}
STAFF = {"": "All staff who see documents", "manager,compliance,auditor": "Managers, compliance officers and auditors"}
DRAFT, CHECKED, LATER = "draft", "checked", "later"
RELEASES = {
    DRAFT: "Keep as a draft",
    CHECKED: "Publish once it is checked",
    LATER: "Publish at a time, once it is checked",
}
MOST_FILES = 50


class DetailsForm(Form):
    """What is said of a document, or of several that are filed together."""

    type = SelectField("Type", choices=choices_of(TYPES), default=DocumentType.OTHER.value)
    period = StringField("Period", [Length(max=7)])
    audience = SelectField("For", choices=choices_of(AUDIENCES))
    account = StringField("Account", [Length(max=200)])
    vehicle = StringField("Vehicle", [Length(max=200)])
    tags = StringField("Tags", [Length(max=400)])
    expires_on = DateField("Seen until", [Optional()])
    staff = SelectField("Seen by", choices=choices_of(STAFF))
    view_only = BooleanField("View only: no download, a watermark on each page")
    marked_copies = BooleanField("With view only: readers may take a copy with their name on each page")
    must_acknowledge = BooleanField("Readers confirm that they have read it")

    def offer_room(self, opened: OpenedFolder) -> None:
        """Let the document be for the readers of its folder, where that lies in a data room."""
        if opened.root.kind is FolderKind.ROOM:
            self.audience.choices = choices_of({**OF_ROOM, **AUDIENCES})

    def details(self, actor: Actor, title: str) -> DocumentDetails:
        """What was entered, as the domain takes it; Invalid names an account or a vehicle that is not there."""
        return DocumentDetails(
            title,
            DocumentType(self.type.data),
            Audience(self.audience.data),
            (self.period.data or "").strip().upper(),
            self._account_id(actor),
            self._vehicle_id(actor),
            self._roles(actor),
            end_of(self.expires_on.data) if self.expires_on.data else None,
            self.view_only.data,
            self.must_acknowledge.data,
            tuple(dict.fromkeys(tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip())),
            self.marked_copies.data,
        )

    def _account_id(self, actor: Actor) -> UUID | None:
        name = (self.account.data or "").strip()
        found = find_account_ids(actor, [name]).get(name_key(name)) if name else None
        if name and found is None:
            raise Invalid(fields={"account": "There is no account of this name. Choose one from the list."})
        return found

    def _vehicle_id(self, actor: Actor) -> UUID | None:
        name = (self.vehicle.data or "").strip()
        found = find_vehicles(actor, [name]).get(name_key(name)) if name else None
        if name and found is None:
            raise Invalid(fields={"vehicle": "There is no vehicle of this name. Choose one from the list."})
        return None if found is None else found.id

    def _roles(self, actor: Actor) -> tuple[str, ...] | None:
        roles = tuple(self.staff.data.split(",")) if self.staff.data else None
        if roles is not None and not {role.value for role in actor.roles} & set(roles):
            raise Invalid(fields={"staff": "You would no longer see it yourself. Ask a manager to file it."})
        return roles

    def refuse(self, error: Any) -> None:
        """Show a refusal beside the field it is about: the domain names accounts and vehicles by their ids."""
        names = {"account_id": "account", "vehicle_id": "vehicle"}
        fields = {names.get(name, name): message for name, message in error.fields.items()}
        super().refuse(Invalid(error.message, fields=fields))


class EditForm(DetailsForm):
    """What is said of one document."""

    title = StringField("Title", [InputRequired("Give it a title."), Length(max=200)])
    seen = HiddenField()


class UploadForm(DetailsForm):
    """Files to be filed together, each as a document of its own."""

    files = MultipleFileField("Files")
    uploads = HiddenField()
    title = StringField("Title", [Length(max=200)])
    release = RadioField("Then", choices=choices_of(RELEASES), default=DRAFT)
    publish_at = DateTimeLocalField("Publish at", [Optional()])
    tell = BooleanField("Write to those it is for", default=True)

    def chosen(self) -> list[FileStorage]:
        """The files that were chosen."""
        files = [each for each in self.files.data or [] if isinstance(each, FileStorage) and each.filename]
        if len(files) + len(self.upload_ids()) > MOST_FILES:
            raise Invalid(fields={"files": f"Choose at most {MOST_FILES} files at a time."})
        return files

    def upload_ids(self) -> list[UUID]:
        """The files that have arrived already, in parts."""
        try:
            return [UUID(each) for each in (self.uploads.data or "").split()]
        except ValueError as error:
            raise Invalid(fields={"files": "Choose the files once more."}) from error

    def titles(self, names: Sequence[str]) -> list[str]:
        """A title for each file of these names: the one that was entered for a single file, else the file's own."""
        entered = (self.title.data or "").strip()
        if entered and len(names) == 1:
            return [entered]
        return [title_of(name) for name in names]

    def publication(self) -> Publication | None:
        """When the files are to be published by themselves; None for drafts."""
        if self.release.data == DRAFT:
            return None
        if self.release.data == CHECKED:
            return Publication(None, self.tell.data)
        if self.publish_at.data is None:
            raise Invalid(fields={"publish_at": "Choose the day and the time."})
        return Publication(in_utc(self.publish_at.data), self.tell.data)


class VersionForm(Form):
    """Another version of a document, and what changed."""

    file = FileField("File", [FileRequired("Choose the file.")])
    note = StringField("What changed", [Length(max=500)])


class PublishForm(Form):
    """When a document is published, and whether people are written to."""

    release = RadioField("When", choices=choices_of({CHECKED: "Now", LATER: "At a time"}), default=CHECKED)
    publish_at = DateTimeLocalField("Publish at", [Optional()])
    tell = BooleanField("Write to those it is for", default=True)
    looked = BooleanField("I looked at each of them, and nobody else is named")
    number = IntegerField(validators=[Optional()])

    def moment(self) -> datetime | None:
        """The moment that was chosen, None for now."""
        if self.release.data == CHECKED:
            return None
        if self.publish_at.data is None:
            raise Invalid(fields={"publish_at": "Choose the day and the time."})
        return in_utc(self.publish_at.data)


class GrantForm(Form):
    """A person whom a document is given to by name."""

    email = StringField("E-mail address", [InputRequired("Enter the person's e-mail address."), Length(max=254)])
    until = DateField("Until", [Optional()])

    def moment(self) -> datetime | None:
        """The end of the day that was entered, None for good."""
        return end_of(self.until.data) if self.until.data else None


class HoldForm(Form):
    """Why something is held."""

    reason = StringField("Reason", [InputRequired("Say why it is held: the matter, or who asked."), Length(max=500)])


def in_utc(local: datetime) -> datetime:
    """What the reader's clock shows, as a moment."""
    return local.replace(tzinfo=ZoneInfo(reader_timezone())).astimezone(UTC)


def filled_with(document: Document) -> EditForm:
    """The form with what is said of a document."""
    details, summary = document.details, document.summary
    return EditForm(
        formdata=None,
        data={
            "title": details.title,
            "seen": details.fingerprint,
            "type": details.type.value,
            "period": details.period,
            "audience": details.audience.value,
            "account": summary.account,
            "vehicle": summary.vehicle,
            "tags": ", ".join(details.tags),
            "expires_on": (details.expires_at - timedelta(seconds=1)).date() if details.expires_at else None,
            "staff": ",".join(details.roles or ()),
            "view_only": details.view_only,
            "marked_copies": details.marked_copies,
            "must_acknowledge": details.must_acknowledge,
        },
    )
