"""Invitations as staff read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.identity.access.values import Role
from portal.domain.identity.links.values import LinkState


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person who was invited and has not come yet, by their newest link."""

    user_id: UUID
    name: str
    email: str
    roles: frozenset[Role]
    accounts: tuple[str, ...]
    invited_by: str | None
    sent_at: datetime
    expires_at: datetime
    state: LinkState
