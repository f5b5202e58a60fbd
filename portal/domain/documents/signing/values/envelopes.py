"""Envelopes: a document on its way through the hands of its signers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from portal.domain.documents.signing.values.fields import Field

LONGEST = timedelta(days=180)  # from sending to the last signature
USUAL = timedelta(days=14)
MOST_SIGNERS = 20
MOST_FIELDS = 200
MOST_FORWARDS = 10
REMIND_EVERY = timedelta(days=1)  # at the most, by hand


class EnvelopeState(StrEnum):
    """Where an envelope stands. `signed`: by everybody, and the finished file is being made."""

    DRAFT = "draft"
    SENT = "sent"
    SIGNED = "signed"
    FINISHED = "finished"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class SignerState(StrEnum):
    """Where one signer stands; `waiting` until it is their turn."""

    WAITING = "waiting"
    ASKED = "asked"
    OPENED = "opened"
    SIGNED = "signed"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    EXPIRED = "expired"


AWAITED = frozenset({SignerState.ASKED, SignerState.OPENED})
UNSETTLED = AWAITED | {SignerState.WAITING}
OVER = frozenset({EnvelopeState.FINISHED, EnvelopeState.DECLINED, EnvelopeState.EXPIRED, EnvelopeState.CANCELLED})


class EventKind(StrEnum):
    """What happened to an envelope, as its history says it."""

    SENT = "sent"
    ASKED = "asked"
    REMINDED = "reminded"
    OPENED = "opened"
    SIGNED = "signed"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    NAMED = "named"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who sits in a seat of an envelope, and how far they are. Seats of the same turn sign in any order; a seat that
    was passed on to somebody the firm does not know has nobody until the firm names one."""

    id: UUID
    seat: int
    turn: int
    user_id: UUID | None
    state: SignerState


@dataclass(frozen=True, slots=True)
class Progress:
    """An envelope and everybody who sits or sat in a seat of it."""

    state: EnvelopeState
    expires_at: datetime
    signers: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class NewSigner:
    """A seat to be taken: by whom, as what ("Investor", "For the firm"), and when it is their turn."""

    user_id: UUID
    role: str
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Signer:
    """Who sits in a seat, as staff read them; `can_enter`: whether they can sign in at all."""

    id: UUID
    seat: int
    turn: int
    role: str
    user_id: UUID | None
    name: str
    state: SignerState
    asked_at: datetime | None
    opened_at: datetime | None
    decided_at: datetime | None
    reminded_at: datetime | None
    can_enter: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope as staff read it; `digest` is that of the document, hexadecimal."""

    id: UUID
    document_id: UUID
    version_id: UUID
    title: str
    file_key: str
    file_name: str
    pages: int
    digest: str
    state: EnvelopeState
    message: str
    consent_version: str
    sender_id: UUID | None
    sender: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    remind_days: int | None
    closed_at: datetime | None
    finished_document_id: UUID | None


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """A line of the list of envelopes: how many have signed of how many."""

    id: UUID
    title: str
    state: EnvelopeState
    sender: str
    created_at: datetime
    expires_at: datetime
    signed: int
    signers: int


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the history of an envelope: what happened, to or by whom, and what they wrote beside it; `named` is the
    address of whom they passed it on to."""

    kind: EventKind
    at: datetime
    name: str
    note: str
    named: str


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody is asked to sign, or was: as they read it themselves."""

    envelope_id: UUID
    signer_id: UUID
    seat: int
    role: str
    title: str
    message: str
    sender: str
    state: SignerState
    envelope_state: EnvelopeState
    asked_at: datetime
    decided_at: datetime | None
    expires_at: datetime
    consent_version: str
    digest: str
    file_key: str
    file_name: str
    pages: int
    finished_document_id: UUID | None

    @property
    def is_open(self) -> bool:
        """Whether a signature is awaited from them."""
        return self.state in AWAITED and self.envelope_state is EnvelopeState.SENT


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with the fields of its seat, and the digest (hexadecimal) of exactly this: a signature is bound to
    it."""

    request: Request
    fields: tuple[Field, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Errand:
    """A mail about an envelope: to whom, of which firm, what it is about, and who is meant by it."""

    user_id: UUID
    name: str
    email: str
    firm: str
    envelope_id: UUID
    title: str
    sender: str
    signer: str
    message: str
    note: str
    expires_at: datetime
    is_awaited: bool
