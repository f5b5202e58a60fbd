"""A session as the edges know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.emails.values import SealedEmail
from portal.domain.identity.firms.values import Firm
from portal.domain.identity.viewings.values import Viewing

ABSOLUTE = timedelta(hours=12)
IDLE_INVESTOR = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=1)
MOST_MEANT = 2  # people that an address may mean where the host names no firm; each costs the hashing of a password
PENDING = timedelta(minutes=15)  # to type a code
ENROLLING = timedelta(minutes=30)  # to find an authenticator app and set it up
FRESH = timedelta(minutes=5)  # after a proof, for acts that ask for one
NEVER = datetime.min.replace(tzinfo=UTC)


class Stage(StrEnum):
    """How far a sign-in has come. Only a full session opens anything but the pages of its next step."""

    FACTOR = "factor"
    ENROL = "enrol"
    FULL = "full"


class Proof(StrEnum):
    """What a session was proven by, as access tokens say it in `acr`."""

    PASSWORD = "pwd"  # noqa: S105 - the name of a way to prove oneself
    FACTOR = "mfa"
    PASSKEY = "passkey"


LENGTHS = {Stage.FACTOR: PENDING, Stage.ENROL: ENROLLING, Stage.FULL: ABSOLUTE}


@dataclass(frozen=True, slots=True)
class Entry:
    """A browser's new session: the token for its cookie, and how far it has come."""

    token: str = field(repr=False)
    stage: Stage


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose address and password were right, and by which hash: what is opened for them is opened while it counts."""

    user_id: UUID
    firm_id: UUID
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody comes: the name their browser or app gives itself, and the network address."""

    agent: str
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a good session: the actor, the firm, and how to greet them. While staff view the portal as an
    investor, `actor` is that investor, who can only read, and `viewing` says who looks and why."""

    actor: Actor
    firm: Firm
    sealed_email: SealedEmail
    locale: str
    time_zone: str
    stale: bool
    stage: Stage = Stage.FULL
    proven_at: datetime = NEVER
    proven_by: Proof = Proof.PASSWORD
    is_viewing: bool = False
    viewing: Viewing | None = None

    @property
    def author(self) -> Actor:
        """Who answers for what is done: the viewer, where somebody is viewed."""
        return self.actor if self.viewing is None else self.viewing.viewer

    @property
    def email(self) -> str:
        """Their address, opened now: few pages show it."""
        return self.sealed_email.open()
