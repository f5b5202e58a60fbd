"""Whom an app invites, and who is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body
from portal.api.v1.identity.schemas import MailAddress, PersonName
from portal.domain.identity.access.values import Role

AccountName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1F\x7F]*$")]


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
