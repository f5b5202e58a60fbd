"""What somebody is greeted with who opens the link of their invitation or registration."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.identity.links.values import Link, Purpose

JOINING = (Purpose.INVITATION, Purpose.REGISTRATION)


@dataclass(frozen=True, slots=True)
class Joiner:
    """A person who has not signed in yet: the link they hold, their name so far, address and firm."""

    link: Link
    name: str
    email: str
    firm: str
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Greeting:
    """To whom a mail goes, and of which firm."""

    name: str
    email: str
    firm: str
