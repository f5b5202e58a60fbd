"""What a session allows at its age."""

from __future__ import annotations

from datetime import datetime

from portal.domain.identity.sessions.errors import ProofNeeded
from portal.domain.identity.sessions.values import FRESH, SignedIn


def can_act_unasked(person: SignedIn, now: datetime) -> bool:
    """Whether the person proved who they are so lately that an act of weight needs no other proof."""
    return now - person.proven_at <= FRESH


def require_freshness(person: SignedIn, now: datetime) -> None:
    """Refuse with ProofNeeded unless `can_act_unasked(person, now)`."""
    if not can_act_unasked(person, now):
        raise ProofNeeded
