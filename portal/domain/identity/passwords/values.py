"""The holder of a password, as a mail greets them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a password, and the firm it is for."""

    id: UUID
    name: str
    email: str
    firm: str
