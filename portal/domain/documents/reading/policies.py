"""Who may take a document away."""

from __future__ import annotations

from portal.domain.documents.reading.values.pages import Readable
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_take_marked(readable: Readable) -> bool:
    """Whether whoever may read this may take a copy of its pages that bears their name: where there are pages, they can
    only be read here, and the firm lets them."""
    return readable.view_only and readable.marked_copies and bool(readable.pages)


def can_take(actor: Actor, *, view_only: bool) -> bool:
    """Whether the actor may have the file itself: of what can only be read here, those who file documents alone."""
    return not view_only or can(actor, Permission.EDIT_DOCUMENTS)
