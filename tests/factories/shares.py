"""Documents given to readers outside, and what these hold in their hands."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.sharing.services import share_document
from portal.domain.documents.sharing.values import Invitation
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.documents import make_folder, make_release

READER = "rea.outside@example.org"


def make_share(
    actor: Actor,
    document_id: UUID,
    *,
    name: str = "Rea Outside",
    email: str = READER,
    until: datetime | None = None,
    view_only: bool = False,
    note: str = "",
) -> UUID:
    """A document given to a reader outside."""
    given = Invitation(name, email, until or clock.now() + timedelta(days=30), view_only, note)
    with acting_as(actor.tenancy):
        return share_document(actor, resources().sealer, document_id, given)


def make_text(
    firm_id: UUID, content: bytes, *, name: str = "letter.pdf", kind: str = "pdf", pages: int | None = 1
) -> UUID:
    """A published document of the firm with this file."""
    system, details = Actor.system(firm_id), DocumentDetails("Letter to investors", DocumentType.REPORT, Audience.FIRM)
    with acting_as(system.tenancy):
        document_id = file_release(system, make_folder(firm_id), details, make_release(content, name, kind, pages))
        publish_document(system, document_id)
    return document_id


def link_of(share_id: UUID) -> str:
    """The token of the link that the reader was sent."""
    return resources().sealer.link_token(share_id)
