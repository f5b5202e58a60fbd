"""What the API says of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Cursor, Limit, OptionalIdentity, Paging, Query

Next = Annotated[str | None, Field(description="The cursor of the next page; null on the last one.")]
TypeName = Literal[
    "statement", "notice", "tax_form", "agreement", "report", "subscription", "identification", "other"
]  # fmt: skip
StateName = Literal["draft", "scheduled", "published", "archived", "deleted"]
VersionStateName = Literal["received", "released", "refused"]
OptionalType = Annotated[TypeName | None, Field(default=None, description="Only those of this type.")]


class DocumentsQuery(Paging):
    """A page of documents, and what they are narrowed to."""

    account: OptionalIdentity = Field(default=None, description="Only those about this account.")
    vehicle: OptionalIdentity = Field(default=None, description="Only those about this vehicle.")
    type: OptionalType
    period: str = Field(default="", description="Only those of this year (2026), quarter (2026-Q3) or month (2026-09).")
    tag: str = Field(default="", description="Only those with this tag.")
    q: str = Field(default="", description="Words that their title, type, period, tags or names begin with.")


class ChangesQuery(Query):
    """From where on."""

    since: Cursor = Field(default=None, description="`next` of the answer before; left out to begin.")
    limit: Limit = Field(default=50, description="How many changes at the most.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentItem:
    """A document. `version`, `kind`, `size` and `pages` are those of the file that the reader gets; null where nobody
    knows them. `account` and `vehicle` are null where it is about none, or about one that the reader does not see."""

    id: UUID
    title: str
    type: TypeName
    period: str
    state: StateName
    account: str | None
    account_id: UUID | None
    vehicle: str | None
    vehicle_id: UUID | None
    at: Annotated[str, Field(description="When it was published; for staff, when it was filed.")]
    view_only: bool
    must_acknowledge: bool
    tags: list[str]
    version: int | None
    kind: str | None
    size: int | None
    pages: int | None


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A page of documents, newest first."""

    items: list[DocumentItem]
    next: Next


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionItem:
    """A file of a document: `sha256` once it passed its check, `refusal` says why it did not, `note` what changed;
    `message` says for people how the check stands."""

    number: int
    state: VersionStateName
    message: str
    name: str
    kind: str | None
    size: int | None
    sha256: str | None
    pages: int | None
    note: str
    refusal: str | None
    uploaded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDetail(DocumentItem):
    """A document with its versions, latest first: for staff all of them, for others the one in force. `publish_at` is
    the moment at which it is published by itself."""

    publish_at: str | None
    published_at: str | None
    expires_at: str | None
    versions: list[VersionItem]


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """What became of a document: it is there as `document` says, or (null) there no more."""

    id: UUID
    document: DocumentItem | None


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Changes in the order to apply them."""

    items: list[ChangeItem]
    next: Annotated[str, Field(description="Where to go on from, now or later.")]
    more: Annotated[bool, Field(description="Whether there is more already.")]
    anew: Annotated[bool, Field(description="Whether to throw away what you have, as what you may read is another.")]
