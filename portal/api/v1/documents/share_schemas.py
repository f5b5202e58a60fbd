"""What an app sends and is told of publishing and sharing documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body, Day, Moment
from portal.api.v1.identity.schemas import MailAddress, PersonName


class NewPublication(Body):
    """When a document is published (now where `at` is left out or past), and whether those it is for are written to.
    `version`: the one that was looked at; where it is no longer the latest, nothing is published."""

    at: Moment | None = None
    tell: bool = True
    version: Annotated[int | None, Field(ge=1)] = None


class NewShare(Body):
    """Whom a document is given to, and the last day on which they may read it."""

    name: PersonName
    email: MailAddress
    until: Day
    view_only: bool = True
    note: Annotated[str, Field(max_length=1_000)] = ""


@dataclass(frozen=True, slots=True)
class MadeShare:
    """To whom it was given: somebody who signs in here (`user_id`) finds it among their documents, a reader outside
    (null) is sent a link."""

    user_id: UUID | None


@dataclass(frozen=True, slots=True)
class ShareDevice:
    """A browser in which a reader outside proved their address."""

    agent: str
    address: str
    proven_at: str
    opened: int
    taken: int
    last_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareItem:
    """A document given to a reader outside."""

    id: UUID
    name: str
    email: str
    note: str
    view_only: bool
    until: str
    state: Literal["open", "revoked", "expired"]
    created_by: str
    created_at: str
    devices: list[ShareDevice]


@dataclass(frozen=True, slots=True)
class SharePerson:
    """Somebody who signs in here and was given the document by name; `until` is null where that has no end."""

    user_id: UUID
    name: str
    until: str | None
    granted_by: str
    granted_at: str


@dataclass(frozen=True, slots=True)
class DocumentShares:
    """Whom a document was given to by name: readers outside, and people who sign in here."""

    outside: list[ShareItem]
    people: list[SharePerson]
