"""Documents that can be read: with pages, in the hands of an account, seen from somewhere."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import add_release, file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.reading.queries.pages import get_readable
from portal.domain.documents.reading.values.pages import Readable, Reader
from portal.domain.identity.access.values import Actor
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_folder, make_release
from tests.platform.screening.pdf_files import clean_pdf

READER = Reader(new_id(), "Firefox on Linux", "192.0.2.7")


def make_paper(
    account_id: UUID,
    firm_id: UUID,
    title: str = "Letter to investors",
    *,
    pages: int = 3,
    name: str = "letter.pdf",
    kind: str = "pdf",
    content: bytes | None = None,
    published: bool = True,
    type: DocumentType = DocumentType.NOTICE,
    **more: object,
) -> UUID:
    """A document for an account, with as many pages as said; published, unless it is said otherwise."""
    actor = Actor.system(firm_id)
    details = DocumentDetails(title, type, Audience.ACCOUNT, account_id=account_id, **more)  # type: ignore[arg-type]  # what DocumentDetails takes
    content = clean_pdf(title, pages=pages) if content is None else content
    release = make_release(content, name, kind, pages or None)
    with acting_as(actor.tenancy):
        document_id = file_release(actor, make_folder(firm_id), details, release)
        if published:
            publish_document(actor, document_id, tell=False)
    return document_id


def make_next_version(firm_id: UUID, document_id: UUID, *, pages: int = 3, published: bool = True) -> None:
    """Another version of a document, with other words on its pages."""
    actor = Actor.system(firm_id)
    release = make_release(clean_pdf("A corrected letter", pages=pages), "corrected.pdf", "pdf", pages)
    with acting_as(actor.tenancy):
        add_release(actor, document_id, release, note="Corrected")
        if published:
            publish_document(actor, document_id, tell=False)


def readable_by(actor: Actor, document_id: UUID) -> Readable:
    """The document as this person may read it."""
    with acting_as(actor.tenancy):
        return get_readable(actor, document_id)
