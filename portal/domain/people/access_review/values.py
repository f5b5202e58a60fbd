"""Who can see what, and that somebody looked it through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.domain.identity.accounts.values import User

DUE_EVERY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Share:
    """An account that is shown to a person, by whom, what of it, and up to which day; `person` is how the investor
    calls them."""

    account: str
    person: str
    grantor: str
    scopes: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class PersonAccess:
    """What one person can see and do, when they last signed in, and whether they have a second factor."""

    user: User
    permissions: tuple[str, ...]
    accounts: tuple[str, ...]
    shares: tuple[Share, ...]
    last_sign_in: datetime | None
    has_factor: bool


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """Who sees one account: those who act for it, and those it is shown to."""

    id: UUID
    name: str
    people: tuple[str, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Everybody's access at one moment, by ids: what an attestation is about. `digest` is its SHA-256."""

    content: Mapping[str, Any]
    people: int
    accounts: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Attestation:
    """That a manager looked through who can see what; `digest` (hex) is of what they looked at."""

    id: UUID
    attested_by: str
    attested_at: datetime
    statement: str
    people: int
    accounts: int
    digest: str
