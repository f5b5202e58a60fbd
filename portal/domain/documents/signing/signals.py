"""Facts of signing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.domain.identity.access.values import Actor


@dataclass(frozen=True, slots=True)
class DocumentAsked:
    """Those who sit in an envelope, as they are in this transaction, are about to see a version of a document. Who
    reacts with an exception keeps it from them."""

    actor: Actor
    document_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class EnvelopeFinished:
    """Everybody has signed and the finished file is kept. `document_id` is that of the document that was signed,
    `finished_document_id` that of the file; `signer_ids` are the people who signed."""

    actor: Actor
    envelope_id: UUID
    document_id: UUID
    finished_document_id: UUID
    signer_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class EnvelopeClosed:
    """An envelope was declined, cancelled or has run out: nobody will sign it any more."""

    actor: Actor
    envelope_id: UUID
    document_id: UUID


@dataclass(frozen=True, slots=True)
class SignatureGiven:
    """The actor has signed in an envelope; in the firm's system tenancy."""

    actor: Actor
    envelope_id: UUID
