"""What a finished file says of its making."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.domain.documents.signing.values.envelopes import EventKind
from portal.domain.documents.signing.values.fields import Field
from portal.domain.documents.signing.values.marks import Mark


@dataclass(frozen=True, slots=True)
class Filled:
    """A field and what stands in it: a mark in its place for signatures and initials, else text; an empty text draws
    nothing."""

    field: Field
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature with its proof; `email` is masked, times are in UTC, `shown` is the digest of what was shown."""

    name: str
    email: str
    role: str
    turn: int
    asked_at: datetime
    opened_at: datetime | None
    signed_at: datetime
    proven_by: str
    address: str
    agent: str
    consent_version: str
    shown: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class CertificateEvent:
    """A line of the history: what happened, when, to or by whom, and what was said."""

    at: datetime
    kind: EventKind
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything on the certificate but the digest of the signed pages, which is known when they are drawn."""

    envelope_id: UUID
    firm: str
    accent: str
    title: str
    original_name: str
    original_pages: int
    original_digest: str
    sender: str
    sent_at: datetime
    signed_on: date
    signatures: tuple[Signature, ...]
    history: tuple[CertificateEvent, ...]
    consents: tuple[tuple[str, str], ...]
    verify_at: str


@dataclass(frozen=True, slots=True)
class Verification:
    """All that anybody is told of a finished file they hold."""

    finished_at: datetime
    signers: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a finished file is made of: the original by its key in the store, what goes onto its pages, and what the
    certificate says."""

    file_key: str
    filled: tuple[Filled, ...]
    certificate: Certificate
