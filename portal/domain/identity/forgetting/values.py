"""What stands in the place of somebody who was erased."""

from __future__ import annotations

from uuid import UUID

ERASED_NAME = "Erased person"


def erased_address(user_id: UUID) -> str:
    """An address that nobody has: the domain `invalid` belongs to no one (RFC 2606)."""
    return f"erased-{user_id}@erased.invalid"
