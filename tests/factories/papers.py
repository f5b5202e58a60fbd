"""Papers that investors sent."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Arrival
from portal.domain.documents.papers.queries import get_paper
from portal.domain.documents.papers.services import send_paper
from portal.domain.documents.papers.values import SentPaper
from portal.domain.identity.access.values import Actor
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.factories.uploads import paper

QUOTA = 2**40


def send(
    actor: Actor,
    account_id: UUID,
    type_: DocumentType = DocumentType.IDENTIFICATION,
    *,
    content: bytes = b"",
    name: str = "Passport.pdf",
    note: str = "",
) -> UUID:
    """A paper that somebody sends for an account; it waits for its check."""
    stored = resources().store.put(f"documents/{new_id()}", content or paper(), "application/octet-stream")
    arrival = Arrival(stored.key, name, stored.size)
    with acting_as(actor.tenancy):
        return send_paper(actor, account_id, type_, arrival, note=note, quota=QUOTA)


def paper_of(actor: Actor, paper_id: UUID) -> SentPaper:
    """A paper as somebody of the staff finds it."""
    with acting_as(actor.tenancy):
        return get_paper(actor, paper_id)
