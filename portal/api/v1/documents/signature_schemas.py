"""What an app sends and is given of documents to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from portal.api.parsing import Body
from portal.api.v1.identity.schemas import MailAddress
from portal.api.v1.people.schemas import Identity

Line = Annotated[str, Field(max_length=120, pattern=r"^[^\x00-\x1F\x7F]*$")]
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Kinds = Literal["signature", "initials", "date", "name", "text", "checkbox"]
States = Literal["asked", "opened", "signed", "declined", "expired"]
EnvelopeStates = Literal["sent", "signed", "finished", "declined", "expired", "cancelled"]


@dataclass(frozen=True, slots=True)
class SignatureItem:
    """A document that you are asked to sign, or were. `open`: your signature is awaited."""

    id: UUID
    title: str
    role: str
    sender: str
    open: bool
    state: States
    envelope_state: EnvelopeStates
    asked_at: datetime
    decided_at: datetime | None
    expires_at: datetime
    document: UUID | None


@dataclass(frozen=True, slots=True)
class SignatureList:
    """What waits for you first, then the newest; at most 200."""

    items: list[SignatureItem]


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A field you fill in; its place is in fractions of the page from the top left corner, as `0.6200`."""

    id: UUID
    kind: Kinds
    page: int
    x: str
    y: str
    width: str
    height: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True)
class SignatureDetail:
    """A document to sign with the text to agree to. `digest` is the SHA-256 of the file; `shown` that of all of this:
    send it back with your signature."""

    item: SignatureItem
    message: str
    pages: int
    digest: str
    fields: list[SignatureField]
    consent_version: str
    consent: str
    shown: str
    download: str | None


class Answer(Body):
    """What you fill into a field; for a tick box, anything but an empty text ticks it."""

    field: Identity
    text: Line


class NewSignature(Body):
    """Your signature: `name` as typed, or drawn too, `path` as moves and lines on 600 by 200 points (`M10 20L30 40`).
    `consent` is the version of the text you agree to, `shown` the digest of what you saw."""

    shown: Digest
    consent: Line
    name: Line
    initials: Line = ""
    path: Annotated[str, Field(max_length=32_000, pattern=r"^[ML0-9 ]*$")] = ""
    answers: list[Answer] = Field(default_factory=list, max_length=200)


class NewRefusal(Body):
    """Why you do not sign."""

    reason: Reason


class NewForwarding(Body):
    """Who signs instead of you, and why."""

    email: MailAddress
    reason: Reason
