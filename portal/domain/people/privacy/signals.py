"""Facts of privacy."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.domain.identity.access.values import Actor


@dataclass(frozen=True, slots=True)
class PersonErased:
    """Somebody is being erased: what is not kept of them goes now."""

    actor: Actor
    user_id: UUID


@dataclass(frozen=True, slots=True)
class RetentionEnded:
    """What was kept of somebody erased is being destroyed, with what is about the accounts that nobody else has."""

    actor: Actor
    user_id: UUID
    account_ids: tuple[UUID, ...]
