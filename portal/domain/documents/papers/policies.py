"""Who may send papers, and who decides on them."""

from __future__ import annotations

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.papers.values import SENDABLE, Destination
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_send(destination: Destination, type_: DocumentType) -> bool:
    """Whether a paper of this type may be sent there: by who acts for the account whatever is sent at all, by who was
    let see its tax forms a tax form."""
    return type_ in SENDABLE and (destination.all_types or type_ is DocumentType.TAX_FORM)


def can_decide(actor: Actor) -> bool:
    """Whether the actor accepts papers and sends them back: who publishes, since everybody whom the account's papers of
    that type are for sees what is accepted."""
    return can(actor, Permission.PUBLISH_DOCUMENTS)
