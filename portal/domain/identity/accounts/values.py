"""A user as others read them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.domain.identity.access.values import Role

SHORTEST = 15
SHORTEST_WITH_FACTOR = 12
LONGEST = 128
PRODUCT_WORDS = ("portal", "investor", "investors", "password", "passphrase", "login")


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in."""

    id: UUID
    email: str
    name: str
    active: bool
    roles: frozenset[Role]
