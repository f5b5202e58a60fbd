"""What the API says of people: whom they invite, and whom they let see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from portal.api.parsing import IDENTITY, Body, Day, written_as
from portal.api.v1.identity.schemas import MailAddress, PersonName
from portal.domain.identity.access.values import Role

AccountName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1F\x7F]*$")]
Scopes = Literal["figures", "statements", "tax_forms", "notices"]
Relations = Literal["spouse", "accountant", "lawyer", "other"]
Identity = Annotated[
    UUID, written_as(IDENTITY, UUID, "This is not an id."), WithJsonSchema({"type": "string", "format": "uuid"})
]


class NewInvitation(Body):
    """Whom to invite, to which roles (an investor's where none is named), to act for which accounts, by name."""

    email: MailAddress
    name: PersonName
    roles: list[Role] = Field(default_factory=list, max_length=len(Role))
    accounts: list[AccountName] = Field(default_factory=list, max_length=50)


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """A person who was invited and has not come yet; `id` is theirs. `state` is that of their newest link."""

    id: UUID
    name: str
    email: str
    roles: list[Role]
    accounts: list[str]
    invited_by: str | None
    sent_at: datetime
    expires_at: datetime
    state: Literal["open", "used", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Invitations:
    """Who is waited for, the latest first; at most 200."""

    items: list[InvitedPerson]


class NewDelegation(Body):
    """Whom to let in, to what, and until when: at most a year ahead."""

    called: PersonName
    email: MailAddress
    relation: Relations
    accounts: Annotated[list[Identity], Field(min_length=1, max_length=500)]
    scopes: Annotated[list[Scopes], Field(min_length=1, max_length=4)]
    until: Day


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """An account that may be seen."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class DelegationItem:
    """That somebody may see accounts of an investor: `given` by the reader or received from somebody else, up to and
    including the day `until`. `person` is the other one of the two."""

    id: UUID
    given: bool
    person: str
    relation: Relations
    scopes: list[Scopes]
    accounts: list[SharedAccount]
    created_at: datetime
    until: date
    state: Literal["open", "ended", "expired"]


@dataclass(frozen=True, slots=True)
class Delegations:
    """Whom one lets in, and then who lets one in."""

    items: list[DelegationItem]


@dataclass(frozen=True, slots=True)
class MadeDelegation:
    """The id of what was made."""

    id: UUID
