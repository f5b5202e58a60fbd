"""What an app sends and is told of files on their way into the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import (
    WHOLE,
    Body,
    Flag,
    Form,
    Offset,
    OptionalDay,
    OptionalIdentity,
    OptionalMoment,
    Query,
    SentFile,
    Several,
)
from portal.api.v1.documents.schemas import TypeName, VersionStateName
from portal.domain.documents.library.values.writing import LONGEST_TITLE
from portal.platform.screening.names import ENDING
from portal.platform.screening.values import LARGEST

AudienceName = Literal["firm", "vehicle", "account", "room", "named", "staff"]
Note = Annotated[str, Field(max_length=500)]


class FileForm(Form):
    """A file that comes along, or the upload by which it arrived in parts: one of them."""

    file: SentFile = None
    upload: OptionalIdentity = None


class NewDocument(FileForm):
    """A file, and what is said of it. Without a title it has that of the file; without a folder it is filed in that of
    its account, its vehicle or the firm. Only a folder in a data room has readers of its own (`room`). With `publish`
    it is published by itself once it has passed its check, but not before `publish_at`."""

    folder: OptionalIdentity = None
    title: Annotated[str, Field(max_length=LONGEST_TITLE)] = ""
    type: TypeName = "other"
    audience: AudienceName = "staff"
    period: Annotated[str, Field(max_length=7)] = ""
    account: OptionalIdentity = None
    vehicle: OptionalIdentity = None
    expires_on: OptionalDay = Field(default=None, description="The last day on which others than staff see it.")
    view_only: Flag = False
    must_acknowledge: Flag = False
    tags: Annotated[list[str], Several] = Field(default_factory=list, max_length=20)
    publish: Flag = False
    publish_at: OptionalMoment = None
    tell: Flag = True


class NewVersion(FileForm):
    """Another file in the place of the one before, and what changed."""

    note: Note = ""


class NewUpload(Body):
    """A file that is going to come in parts."""

    # What is no such name is refused in better words than those of a pattern.
    name: Annotated[str, Field(min_length=1, max_length=1_000, json_schema_extra={"pattern": ENDING})]
    size: Annotated[int, Field(ge=1, le=LARGEST, description="Bytes of the whole file."), WHOLE]


class PartQuery(Query):
    """Where a part belongs."""

    offset: Offset = Field(description="The byte at which the part begins: as many as have arrived.")


@dataclass(frozen=True, slots=True)
class UploadState:
    """How much of a file has arrived. The next part begins at `offset` and has `part` bytes, the last one what is
    left. A finished one is named as the `upload` of a document or version, within a day."""

    id: UUID
    name: str
    size: int
    offset: int
    finished: bool
    part: int


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file in quarantine: its document's id, the number of the version, and what happens next."""

    id: UUID
    version: int
    state: VersionStateName
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion:
    """A version as the staff see it: who brought it and what changed, in their words; `removed` is what the check took
    out of the file, `in_force` whether it is the one that readers get."""

    number: int
    state: VersionStateName
    message: str
    name: str
    kind: str | None
    size: int | None
    sha256: str | None
    pages: int | None
    removed: list[str]
    note: str
    uploaded_by: str | None
    uploaded_at: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class DocumentVersions:
    """The versions of a document, latest first."""

    items: list[DocumentVersion]
