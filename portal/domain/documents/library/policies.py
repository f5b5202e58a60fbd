"""Who may do what in the library; whom a document is for is decided by its audience (queries/visibility.py)."""

from __future__ import annotations

from portal.domain.documents.library.values.documents import DocumentState
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission

# What others see, or will at its moment without anybody being asked again.
SHOWN = frozenset({DocumentState.SCHEDULED, DocumentState.PUBLISHED})


def can_see_library(actor: Actor) -> bool:
    """Whether drafts exist for the actor: for the staff who see documents, and for the firm's machinery."""
    return can(actor, Permission.SEE_ALL_DOCUMENTS)


def can_edit(actor: Actor, state: DocumentState) -> bool:
    """Whether the actor may change what is said of a document, or give it another version."""
    return can(actor, Permission.EDIT_DOCUMENTS) and state is not DocumentState.DELETED


def can_change_shown(actor: Actor, state: DocumentState) -> bool:
    """Whether the actor may change what others see of a document in this state, or will."""
    return can_publish(actor) or state not in SHOWN


def can_publish(actor: Actor) -> bool:
    """Whether the actor may let others see documents, or take them back."""
    return can(actor, Permission.PUBLISH_DOCUMENTS)
