"""E-mail addresses of people: sealed in the database, found by blind index.

A statement that reads them selects `u.id AS user_id, u.email_sealed, k.wrapped` from `identity.users u` with
`JOIN identity.subject_keys k ON k.subject_id = u.id`, and gives the row to `email_of`; one that looks an address up
compares `u.email_index = ANY(%(email)s)` with `indexes_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.platform.personal import Place, blind_index, blind_indexes, seal, unseal

COLUMN = "identity.users.email"


@dataclass(frozen=True, slots=True)
class SealedEmail:
    """The address of a person as the database holds it; most readers never open it."""

    user_id: UUID
    sealed: bytes
    wrapped: bytes

    def open(self) -> str:
        """The address."""
        return unseal(self.sealed, _place(self.user_id), self.wrapped)


def sealed_email_of(row: Any) -> SealedEmail:
    """The sealed address in a row of a person."""
    return SealedEmail(row.user_id, row.email_sealed, row.wrapped)


def email_of(row: Any) -> str:
    """The address in a row of a person."""
    return sealed_email_of(row).open()


def normal_email(text: str) -> str:
    """An address in the one form in which it is kept and looked up."""
    return text.strip().lower()


def seal_email(user_id: UUID, email: str, wrapped: bytes) -> bytes:
    """What is kept of a person's address, under their key."""
    return seal(normal_email(email), _place(user_id), wrapped)


def index_of(email: str) -> bytes:
    """What an address is found by, for storing."""
    return blind_index(COLUMN, normal_email(email))


def indexes_of(email: str) -> Sequence[bytes]:
    """What an address may be found by, for looking up."""
    return blind_indexes(COLUMN, normal_email(email))


def _place(user_id: UUID) -> Place:
    return Place(COLUMN, user_id, user_id)
