"""Reading envelopes, as staff and the firm's machinery do; those who sign read requests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.queries.visibility import visible_parameters
from portal.domain.documents.reading.errors import ViewOnly
from portal.domain.documents.reading.policies import can_take
from portal.domain.documents.reading.queries.files import get_takeable_file
from portal.domain.documents.signing.rules.evidence import sending_digest
from portal.domain.documents.signing.values.envelopes import (
    Envelope,
    EnvelopeRow,
    EnvelopeState,
    EventKind,
    Happening,
    Signer,
    SignerState,
    Standing,
)
from portal.domain.documents.signing.values.fields import Box, Field, FieldKind
from portal.domain.documents.signing.values.sealing import open_note
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.platform import db
from portal.platform.errors import NotFound
from portal.platform.storage.interface import GivenFile

STANDINGS = """
SELECT id, seat, turn, user_id, state FROM documents.signers
WHERE firm_id = %(firm)s AND envelope_id = %(id)s ORDER BY turn, seat, asked_at NULLS LAST, id
"""
PEOPLE = """
SELECT s.id, s.seat, s.turn, s.role, s.user_id, COALESCE(u.name, '') AS name, s.state, s.asked_at, s.opened_at,
  s.decided_at, s.reminded_at, COALESCE(u.active, false) AS can_enter
FROM documents.signers s LEFT JOIN identity.users u ON u.id = s.user_id
WHERE s.firm_id = %(firm)s AND s.envelope_id = %(id)s AND s.state <> 'forwarded' ORDER BY s.turn, s.seat
"""
FIELDS = """
SELECT id, seat, kind, page, x, y, width, height, label, required FROM documents.signing_fields
WHERE firm_id = %(firm)s AND envelope_id = %(id)s AND (%(seat)s::int IS NULL OR seat = %(seat)s) ORDER BY page, y, x, id
"""
ENVELOPE = """
SELECT e.id, e.document_id, e.version_id, e.title, e.file_key, e.file_name, e.pages, e.digest, e.state, e.message,
  e.consent_version, e.created_by, COALESCE(u.name, '') AS sender, e.created_at, e.sent_at, e.expires_at, e.remind_days,
  e.closed_at, e.finished_document_id
FROM documents.envelopes e LEFT JOIN identity.users u ON u.id = e.created_by
WHERE {visible} AND e.id = %(id)s
"""
WHOLE_FIRM = "e.firm_id = %(firm)s"
# What some of the staff alone see they alone see signed.
FOR_ROLES = (
    WHOLE_FIRM + " AND NOT EXISTS (SELECT FROM documents.documents d"
    " WHERE d.id IN (e.document_id, e.finished_document_id) AND NOT d.roles && %(roles)s)"
)
READ_ONLY = "SELECT view_only FROM documents.documents WHERE firm_id = %(firm)s AND id = %(id)s"
LIST = """
SELECT e.id, e.title, e.state, COALESCE(u.name, '') AS sender, e.created_at, e.expires_at, c.signed, c.signers
FROM documents.envelopes e LEFT JOIN identity.users u ON u.id = e.created_by,
  LATERAL (SELECT count(*) FILTER (WHERE s.state = 'signed') AS signed, count(*) AS signers
    FROM documents.signers s WHERE s.envelope_id = e.id AND s.state <> 'forwarded') c
WHERE {visible} AND (e.created_at, e.id) < (%(at)s, %(id)s)
ORDER BY e.created_at DESC, e.id DESC LIMIT %(most)s
"""
HISTORY = """
SELECT v.id, v.kind, v.at, COALESCE(p.name, a.name, '') AS name, v.actor_id, v.note_sealed, k.wrapped
FROM documents.signing_events v LEFT JOIN documents.signers s ON s.id = v.signer_id
LEFT JOIN identity.users p ON p.id = s.user_id LEFT JOIN identity.users a ON a.id = v.actor_id
LEFT JOIN identity.subject_keys k ON k.subject_id = v.actor_id
WHERE v.firm_id = %(firm)s AND v.envelope_id = %(id)s ORDER BY v.at, v.id
"""
UNSIGNED = """
SELECT id FROM documents.envelopes
WHERE firm_id = %(firm)s AND document_id = %(document)s AND state IN ('draft', 'sent')
"""


def list_standings(actor: Actor, envelope_id: UUID) -> list[Standing]:
    """Everybody who sits or sat in an envelope, and how far they are; inside the operation that holds it."""
    rows = db.fetch_all(STANDINGS, firm=actor.firm_id, id=envelope_id)
    return [Standing(row.id, row.seat, row.turn, row.user_id, SignerState(row.state)) for row in rows]


def list_people(actor: Actor, envelope_id: UUID) -> list[Signer]:
    """Who sits in the seats of an envelope, in their turn."""
    return [
        Signer(
            row.id, row.seat, row.turn, row.role, row.user_id, row.name, SignerState(row.state), row.asked_at,
            row.opened_at, row.decided_at, row.reminded_at, row.can_enter,
        )
        for row in db.fetch_all(PEOPLE, firm=actor.firm_id, id=envelope_id)
    ]  # fmt: skip


def list_fields(actor: Actor, envelope_id: UUID, *, seat: int | None = None) -> list[Field]:
    """The fields of an envelope, or of one seat of it, as they follow each other on the pages."""
    return [
        Field(
            row.id, row.seat, FieldKind(row.kind), row.page, Box(row.x, row.y, row.width, row.height), row.label,
            row.required,
        )
        for row in db.fetch_all(FIELDS, firm=actor.firm_id, id=envelope_id, seat=seat)
    ]  # fmt: skip


def count_fields(actor: Actor, envelope_id: UUID) -> int:
    """How many fields an envelope has."""
    count: int = db.fetch_value(
        "SELECT count(*) FROM documents.signing_fields WHERE firm_id = %(firm)s AND envelope_id = %(id)s",
        firm=actor.firm_id,
        id=envelope_id,
    )
    return count


def visible_envelopes(actor: Actor) -> str:
    """The condition that leaves the envelopes (alias `e`) whose documents the actor may see, of staff who see
    documents; its parameters are `visible_parameters(actor)`."""
    return WHOLE_FIRM if actor.user_id is None else FOR_ROLES


def list_envelopes(actor: Actor, *, before: tuple[datetime, UUID], most: int) -> list[EnvelopeRow]:
    """The firm's envelopes, newest first, those before the (time, id) pair; for staff who see all documents."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    listed = LIST.format(visible=visible_envelopes(actor))
    rows = db.fetch_all(listed, at=before[0], id=before[1], most=most, **visible_parameters(actor))
    return [
        EnvelopeRow(
            row.id, row.title, EnvelopeState(row.state), row.sender, row.created_at, row.expires_at, row.signed,
            row.signers,
        )
        for row in rows
    ]  # fmt: skip


def get_envelope(actor: Actor, envelope_id: UUID) -> Envelope:
    """One of the firm's envelopes, for staff who see all documents; NotFound."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    row = db.fetch_one(ENVELOPE.format(visible=visible_envelopes(actor)), id=envelope_id, **visible_parameters(actor))
    if row is None:
        raise NotFound
    return Envelope(
        row.id, row.document_id, row.version_id, row.title, row.file_key, row.file_name, row.pages, row.digest,
        EnvelopeState(row.state), row.message, row.consent_version, row.created_by, row.sender, row.created_at,
        row.sent_at, row.expires_at, row.remind_days, row.closed_at, row.finished_document_id,
    )  # fmt: skip


def get_sending_digest(actor: Actor, envelope_id: UUID) -> str:
    """The digest of all that would go out if the envelope were sent now, for staff who see all documents; NotFound."""
    envelope = get_envelope(actor, envelope_id)
    return sending_digest(envelope, list_people(actor, envelope_id), list_fields(actor, envelope_id))


def get_envelope_file(actor: Actor, envelope_id: UUID) -> GivenFile:
    """What is to be signed, or once there is one the finished document, for staff who see all documents; NotFound,
    ViewOnly."""
    envelope = get_envelope(actor, envelope_id)
    if envelope.finished_document_id is not None:
        return get_takeable_file(actor, envelope.finished_document_id)
    read_only = bool(db.fetch_value(READ_ONLY, firm=actor.firm_id, id=envelope.document_id))
    if not can_take(actor, view_only=read_only):
        raise ViewOnly
    return GivenFile(envelope.file_key, envelope.file_name, envelope.digest)


def list_history(actor: Actor, envelope_id: UUID) -> list[Happening]:
    """What happened to an envelope, in order, for staff who see all documents and the firm's machinery."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    found = []
    for row in db.fetch_all(HISTORY, firm=actor.firm_id, id=envelope_id):
        note = open_note(row.note_sealed, row.id, row.actor_id, row.wrapped)
        found.append(Happening(EventKind(row.kind), row.at, row.name, note.text, note.email))
    return found


def list_unsigned_envelopes(actor: Actor, document_id: UUID) -> list[UUID]:
    """The envelopes of a document that can still be taken back."""
    return [row.id for row in db.fetch_all(UNSIGNED, firm=actor.firm_id, document=document_id)]
