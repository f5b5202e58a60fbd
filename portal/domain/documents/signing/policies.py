"""Who may do what with envelopes; who signs is named in each."""

from __future__ import annotations

from portal.domain.documents.signing.values.envelopes import EnvelopeState
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Actor, Permission


def can_prepare(actor: Actor, state: EnvelopeState) -> bool:
    """Whether the actor may still change who signs what in an envelope."""
    return can(actor, Permission.EDIT_DOCUMENTS) and state is EnvelopeState.DRAFT


def can_send(actor: Actor) -> bool:
    """Whether the actor may show documents to those who are to sign them, and take them back."""
    return can(actor, Permission.PUBLISH_DOCUMENTS)
