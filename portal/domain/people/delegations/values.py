"""What an investor lets somebody else see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST = timedelta(days=365)
MOST_OPEN = 10  # delegations of one investor at a time


class Relation(StrEnum):
    """What the delegate is to the investor."""

    SPOUSE = "spouse"
    ACCOUNTANT = "accountant"
    LAWYER = "lawyer"
    OTHER = "other"


class Scope(StrEnum):
    """What of an account may be seen: holdings and transactions, and which kinds of documents."""

    FIGURES = "figures"
    STATEMENTS = "statements"
    TAX_FORMS = "tax_forms"
    NOTICES = "notices"


class DelegationState(StrEnum):
    """Whether something may be seen by it."""

    OPEN = "open"
    ENDED = "ended"
    EXPIRED = "expired"


class EndReason(StrEnum):
    """Why the firm ends what an investor gave; a code, as the record of acts holds no words of people."""

    ASKED = "asked"
    MISTAKEN = "mistaken"
    SUSPICION = "suspicion"
    LAW = "law"


class Side(StrEnum):
    """Whom a message about a delegation goes to."""

    GRANTOR = "grantor"
    DELEGATE = "delegate"


@dataclass(frozen=True, slots=True)
class Delegation:
    """That somebody may see accounts of an investor, up to and including the day `until`. `called` is the delegate's
    name as the investor wrote it; `accounts` are names by id, fewer where the investor no longer acts for one."""

    id: UUID
    grantor_id: UUID
    grantor: str
    delegate_id: UUID
    called: str
    relation: Relation
    scopes: frozenset[Scope]
    accounts: Mapping[UUID, str]
    created_at: datetime
    until: date
    state: DelegationState
