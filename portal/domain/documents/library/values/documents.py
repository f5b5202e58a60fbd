"""What a document is, whom it is for and where it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from portal.domain.documents.library.values.files import Version


class DocumentType(StrEnum):
    """What kind of paper it is; the type decides which delegates may see it and how long it is kept."""

    STATEMENT = "statement"
    NOTICE = "notice"
    TAX_FORM = "tax_form"
    AGREEMENT = "agreement"
    REPORT = "report"
    SUBSCRIPTION = "subscription"
    IDENTIFICATION = "identification"
    OTHER = "other"


class PaperScope(StrEnum):
    """Of whose papers it is one: a delegate sees those that the investor opened, MEMBERS only who acts for the
    account."""

    STATEMENTS = "statements"
    NOTICES = "notices"
    TAX_FORMS = "tax_forms"
    MEMBERS = "members"


class Audience(StrEnum):
    """Whom a document is for, once it is published."""

    FIRM = "firm"
    VEHICLE = "vehicle"
    ACCOUNT = "account"
    ROOM = "room"
    NAMED = "named"
    STAFF = "staff"


class DocumentState(StrEnum):
    """Where a document stands; outside the staff only published ones exist."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """What people say of a document. `period` is a year, a quarter ("2026-Q3"), a month ("2026-09") or empty. For
    Audience.ACCOUNT and VEHICLE the id is needed; for the others it only says what the document is about. `roles`:
    those of the staff who may see it, None for all who see documents. `marked_copies`: of what can only be read in the
    portal readers may take a copy that bears their name."""

    title: str
    type: DocumentType
    audience: Audience
    period: str = ""
    account_id: UUID | None = None
    vehicle_id: UUID | None = None
    roles: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    view_only: bool = False
    must_acknowledge: bool = False
    tags: tuple[str, ...] = ()
    marked_copies: bool = False

    @property
    def fingerprint(self) -> str:
        """What tells these details from others."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document in a list; `at` is when it was published or, for a draft, made. Ids and names are empty where it is
    about no account or vehicle, or about one that the reader does not see. `number`, `kind`, `size` and `pages` are
    those of the version that the reader gets; `source` names what another feature made it from."""

    id: UUID
    folder_id: UUID
    title: str
    type: DocumentType
    period: str
    audience: Audience
    state: DocumentState
    account_id: UUID | None
    account: str
    vehicle_id: UUID | None
    vehicle: str
    at: datetime
    view_only: bool
    must_acknowledge: bool
    tags: tuple[str, ...]
    number: int | None
    kind: str | None
    size: int | None
    pages: int | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the version that the reader gets: the published one, for staff the latest of a draft. For staff
    `versions` has all of them, latest first, for others the one in force. `keep_until`: before that day it is not
    deleted; `stopped` says why it was not published at its moment."""

    summary: DocumentSummary
    details: DocumentDetails
    publish_at: datetime | None
    published_at: datetime | None
    tell: bool
    latest_version: int
    published_version: int | None
    keep_until: date | None
    held: bool
    stopped: str | None
    source: str | None
    created_by: UUID | None
    versions: tuple[Version, ...]

    @property
    def id(self) -> UUID:
        """The document's id."""
        return self.summary.id

    @property
    def version(self) -> Version | None:
        """The version that the reader gets, or None while nothing has passed its check."""
        return next((each for each in self.versions if each.number == self.summary.number), None)


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What a list is narrowed to; everything left out does not count. `words` are looked for, as beginnings of words,
    in titles, periods, types and tags, and in the names of accounts and vehicles that one sees."""

    folder_id: UUID | None = None
    type: DocumentType | None = None
    account_id: UUID | None = None
    vehicle_id: UUID | None = None
    period: str = ""
    tag: str = ""
    words: str = ""
    state: DocumentState | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A person whom a document was given to by name, until a moment or for good."""

    user_id: UUID
    name: str
    until: datetime | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A draft that waits for the staff; `fault` says why it cannot be published as it is."""

    id: UUID
    title: str
    created_at: datetime
    fault: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """That a document is published by itself once its file has passed its check, but not before `at`; `tell`: those
    who may see it are written to."""

    at: datetime | None = None
    tell: bool = True


@dataclass(frozen=True, slots=True)
class DocumentChoices:
    """What a reader's list may be narrowed to: accounts and vehicles as (id, name), types, and years, latest first."""

    accounts: tuple[tuple[UUID, str], ...]
    vehicles: tuple[tuple[UUID, str], ...]
    types: tuple[DocumentType, ...]
    years: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentAnnouncement:
    """What a person is told of a document: `again` where an earlier version was there before."""

    name: str
    email: str
    firm: str
    title: str
    again: bool


Place = tuple[datetime, UUID]
