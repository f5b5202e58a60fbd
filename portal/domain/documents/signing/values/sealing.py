"""What people wrote and drew, as it is kept: sealed under their own key, opened in its place only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import orjson

from portal.domain.documents.signing.values.marks import Mark, MarkKind, Strokes
from portal.platform.crypto import Unopenable
from portal.platform.personal import Place, seal, unseal


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody signed with: their mark, their answers by field, and the (masked) address they had then."""

    mark: Mark
    answers: Mapping[UUID, str]
    email: str


def seal_kept(kept: Kept, signer_id: UUID, user_id: UUID, wrapped: bytes) -> bytes:
    """What is kept of a signature, under the key of who made it."""
    said = {
        "kind": kept.mark.kind.value,
        "name": kept.mark.name,
        "initials": kept.mark.initials,
        "strokes": kept.mark.strokes,
        "answers": {str(field): text for field, text in kept.answers.items()},
        "email": kept.email,
    }
    return seal(orjson.dumps(said).decode(), _answers(signer_id, user_id), wrapped)


def open_kept(sealed: bytes, signer_id: UUID, user_id: UUID, wrapped: bytes) -> Kept:
    """What somebody signed with."""
    said = orjson.loads(unseal(sealed, _answers(signer_id, user_id), wrapped))
    strokes: Strokes = tuple(tuple((x, y) for x, y in stroke) for stroke in said["strokes"])
    mark = Mark(MarkKind(said["kind"]), said["name"], said["initials"], strokes)
    return Kept(mark, {UUID(field): text for field, text in said["answers"].items()}, said["email"])


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote beside an act: a reason, and the address of whom they named."""

    text: str = ""
    email: str = ""


def seal_note(note: Note, event_id: UUID, user_id: UUID, wrapped: bytes) -> bytes:
    """What is kept of a note, under the key of who wrote it."""
    return seal(orjson.dumps([note.text, note.email]).decode(), _note(event_id, user_id), wrapped)


def open_note(sealed: bytes | None, event_id: UUID, user_id: UUID | None, wrapped: bytes | None) -> Note:
    """What somebody wrote; nothing where there is nothing, or its writer was erased."""
    if sealed is None or user_id is None or wrapped is None:
        return Note()
    try:
        return Note(*orjson.loads(unseal(sealed, _note(event_id, user_id), wrapped)))
    except Unopenable:
        return Note()


def _answers(signer_id: UUID, user_id: UUID) -> Place:
    return Place("documents.signers.answers", signer_id, user_id)


def _note(event_id: UUID, user_id: UUID) -> Place:
    return Place("documents.signing_events.note", event_id, user_id)
