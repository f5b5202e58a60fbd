"""Documents for tests: filed, checked by word of mouth, published."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID

import pikepdf

from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Release
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.identity.access.values import Actor
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as


def blank_paper() -> bytes:
    """A PDF of one empty page."""
    paper, content = pikepdf.new(), io.BytesIO()
    paper.add_blank_page()
    paper.save(content, deterministic_id=True)
    return content.getvalue()


PAPER = blank_paper()


def make_folder(
    firm_id: UUID, kind: FolderKind = FolderKind.FIRM, subject_id: UUID | None = None, name: str = "Papers"
) -> UUID:
    """The folder of the firm, or of what the id says."""
    with acting_as(Actor.system(firm_id).tenancy):
        return open_root_folder(Actor.system(firm_id), kind, subject_id, name)


def make_release(content: bytes = PAPER, name: str = "paper.pdf", kind: str = "pdf", pages: int | None = 1) -> Release:
    """A file that lies in the store, as if it had been checked."""
    stored = resources().store.put(f"documents/{new_id()}", content, "application/pdf")
    return Release(stored.key, name, kind, len(content), hashlib.sha256(content).hexdigest(), pages)


def make_tax_paper(
    firm_id: UUID, title: str, account_id: UUID, *, year: int = 2025, vehicle_id: UUID | None = None
) -> UUID:
    """A tax form that was made elsewhere, published to those who act for the account."""
    return make_document(
        firm_id, title, type=DocumentType.TAX_FORM, audience=Audience.ACCOUNT, account_id=account_id,
        vehicle_id=vehicle_id, period=str(year),
    )  # fmt: skip


def make_document(
    firm_id: UUID,
    title: str = "Letter to investors",
    *,
    type: DocumentType = DocumentType.REPORT,
    audience: Audience = Audience.FIRM,
    account_id: UUID | None = None,
    vehicle_id: UUID | None = None,
    published: bool = True,
    content: bytes = PAPER,
    **more: object,
) -> UUID:
    """A document of the firm, an account or a vehicle; published, unless it is said otherwise."""
    actor = Actor.system(firm_id)
    details = DocumentDetails(title, type, audience, account_id=account_id, vehicle_id=vehicle_id, **more)  # type: ignore[arg-type]  # what DocumentDetails takes
    with acting_as(actor.tenancy):
        folder = make_folder(firm_id)
        document_id = file_release(actor, folder, details, make_release(content))
        if published:
            publish_document(actor, document_id)
    return document_id
