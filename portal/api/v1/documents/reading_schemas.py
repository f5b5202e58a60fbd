"""What an app is told and tells of reading documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body
from portal.domain.documents.reading.values.archives import MOST_DOCUMENTS, LeftOut


@dataclass(frozen=True, slots=True)
class DocumentAcknowledgement:
    """Whether the person has said that they read the version in force. `text` are the words to show, and to agree to;
    once said, those that were agreed to. `asked` is false where nobody asks. Moments are in UTC (ISO 8601)."""

    version_id: UUID
    version: int
    sha256: str
    asked: bool
    text: str
    acknowledged_at: str | None


class AcknowledgedVersion(Body):
    """The version that the person has read."""

    version_id: UUID


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """A document that was asked for: `path` in the archive, or why it was left out; both null while it waits."""

    document_id: UUID
    path: str | None
    left_out: LeftOut | None


@dataclass(frozen=True, slots=True)
class DocumentArchive:
    """Several documents in one file (ZIP): `size` in bytes; `download` once it is ready, until `expires_at`.
    `documents` were asked for, `added` are in it."""

    id: UUID
    state: Literal["collecting", "ready", "empty", "gone"]
    requested_at: str
    ready_at: str | None
    expires_at: str | None
    documents: int
    added: int
    size: int | None
    sha256: str | None
    download: str | None


@dataclass(frozen=True, slots=True)
class OpenedDocumentArchive:
    """An archive with what is in it."""

    archive: DocumentArchive
    items: list[ArchivedDocument]


@dataclass(frozen=True, slots=True)
class DocumentArchives:
    """The person's archives, newest first."""

    items: list[DocumentArchive]


class NewDocumentArchive(Body):
    """Which documents to put together."""

    documents: Annotated[list[UUID], Field(min_length=1, max_length=MOST_DOCUMENTS)]
