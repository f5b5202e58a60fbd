"""What leaving tells other features."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UserSwitchedOff:
    """A person may no longer sign in. Told in the firm's system tenancy."""

    firm_id: UUID
    user_id: UUID
    actor_id: UUID | None
