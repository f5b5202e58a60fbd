"""Facts of the library."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portal.domain.identity.access.values import Actor


@dataclass(frozen=True, slots=True)
class DocumentPublishing:
    """A version is about to be seen by those its document is for, as it is described in this transaction. Who reacts
    with an exception keeps it from them."""

    actor: Actor
    document_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class DocumentGiven:
    """What is published already is about to be seen by more people: given to one by name, or shared outside. Who
    reacts with an exception keeps it from them."""

    actor: Actor
    document_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class VersionReleased:
    """A file has passed its check; nobody outside the staff sees it yet."""

    actor: Actor
    document_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class AccessEnded:
    """A document was archived, deleted or taken from people: whatever still opens it must not any more."""

    actor: Actor
    document_id: UUID


@dataclass(frozen=True, slots=True)
class DocumentsDestroying:
    """Documents are about to be destroyed for good: who keeps files made of theirs lets them go."""

    actor: Actor
    document_ids: tuple[UUID, ...]
