"""Envelopes held while something happens to them: one thing at a time, each noted in their history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.documents.signing.models import EnvelopeRecord, EventRecord
from portal.domain.documents.signing.queries.envelopes import get_envelope, list_standings
from portal.domain.documents.signing.signals import EnvelopeClosed
from portal.domain.documents.signing.values.envelopes import (
    OVER,
    EnvelopeState,
    EventKind,
    Progress,
    SignerState,
    Standing,
)
from portal.domain.documents.signing.values.marks import Circumstances
from portal.domain.documents.signing.values.sealing import Note, seal_note
from portal.domain.identity.access.values import Actor
from portal.domain.identity.subjects.queries import get_subject_key
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.signals import publish

MOVE = """
UPDATE documents.signers SET state = %(state)s,
  asked_at = CASE WHEN %(state)s = 'asked' THEN %(moment)s ELSE asked_at END,
  opened_at = CASE WHEN %(state)s = 'opened' THEN COALESCE(opened_at, %(moment)s) ELSE opened_at END,
  decided_at = CASE WHEN %(state)s IN ('signed', 'declined', 'forwarded') THEN %(moment)s END,
  answers_sealed = COALESCE(%(answers)s, answers_sealed)
WHERE id = %(id)s
"""
SEAT = """
INSERT INTO documents.signers (id, firm_id, envelope_id, seat, turn, role, user_id)
SELECT %(id)s, firm_id, envelope_id, seat, turn, role, %(user)s FROM documents.signers
WHERE envelope_id = %(envelope)s AND seat = %(seat)s LIMIT 1
"""


@dataclass(slots=True)
class Held:
    """An envelope that this operation holds: nobody else changes it or who sits in it until it is done."""

    record: EnvelopeRecord
    progress: Progress


@transactional
def hold_envelope(actor: Actor, envelope_id: UUID) -> Held:
    """The envelope, and where it stands now that others have done with it. NotFound."""
    record = session.get(EnvelopeRecord, envelope_id, with_for_update=True, populate_existing=True)
    if record is None or record.firm_id != actor.firm_id:
        raise NotFound
    standings = tuple(list_standings(actor, envelope_id))
    return Held(record, Progress(EnvelopeState(record.state), record.expires_at, standings))


@transactional
def hold_visible_envelope(actor: Actor, envelope_id: UUID) -> Held:
    """The same for staff, of an envelope whose document they may see. NotFound, Forbidden."""
    get_envelope(actor, envelope_id)
    return hold_envelope(actor, envelope_id)


@transactional
def write_progress(actor: Actor, held: Held, after: Progress, *, answers: bytes | None = None) -> None:
    """Write what changed: who sits where and how far they are (`answers` goes with the one who signed), whoever is
    asked now, and where the envelope stands."""
    moment, before = clock.now(), {each.id: each for each in held.progress.signers}
    for each in sorted(
        after.signers, key=lambda one: one.state is not SignerState.FORWARDED
    ):  # seats become free first
        if each.id not in before:
            _seat(held, each)
        if each.state is not before.get(each.id, replace(each, state=SignerState.WAITING)).state:
            signed = answers if each.state is SignerState.SIGNED else None
            execute(MOVE, id=each.id, state=each.state.value, moment=moment, answers=signed)
            if each.state is SignerState.ASKED:
                _ask(actor, held, each, moment)
    if after.state is not held.progress.state:
        _move_on(actor, held, after.state, moment)
    held.progress = after


@transactional
def note_event(
    actor: Actor,
    held: Held,
    kind: EventKind,
    *,
    signer_id: UUID | None = None,
    circumstances: Circumstances | None = None,
    consent_version: str | None = None,
    shown: str | None = None,
    note: Note | None = None,
) -> UUID:
    """Add a line to the history of an envelope; the id of the event."""
    event_id = new_id()
    sealed = None
    if note is not None and actor.user_id is not None:
        sealed = seal_note(note, event_id, actor.user_id, get_subject_key(actor.user_id))
    session.add(
        EventRecord(
            id=event_id,
            firm_id=actor.firm_id,
            envelope_id=held.record.id,
            signer_id=signer_id,
            kind=kind.value,
            at=clock.now(),
            actor_id=actor.user_id,
            proven_by=circumstances and circumstances.proven_by,
            proven_at=circumstances and circumstances.proven_at,
            address=circumstances and circumstances.address,
            agent=circumstances and circumstances.agent[:400],
            consent_version=consent_version,
            shown=shown,
            note_sealed=sealed,
        )
    )
    session.flush()
    return event_id


def _seat(held: Held, newcomer: Standing) -> None:
    """A row for who takes a seat after another."""
    execute(SEAT, id=newcomer.id, user=newcomer.user_id, envelope=held.record.id, seat=newcomer.seat)


def _ask(actor: Actor, held: Held, signer: Standing, moment: datetime) -> None:
    """Write to somebody whose turn it is, and again after a while where that was wanted."""
    note_event(actor, held, EventKind.ASKED, signer_id=signer.id)
    enqueue("signing.ask", once=str(signer.id), signer_id=str(signer.id))
    if held.record.remind_days is not None:
        remind_later(signer.id, moment + timedelta(days=held.record.remind_days))


@transactional
def remind_later(signer_id: UUID, at: datetime) -> None:
    """Have somebody reminded at a moment to come, if they have not decided until then."""
    enqueue_many("signing.remind", [({"signer_id": str(signer_id)}, f"{signer_id}:{at.isoformat()}")], due_at=at)


def _move_on(actor: Actor, held: Held, state: EnvelopeState, moment: datetime) -> None:
    """Write where the envelope stands, and let follow what follows from it."""
    record = held.record
    record.state = state.value
    if state is EnvelopeState.SENT:
        record.sent_at = moment
    if state in OVER:
        record.closed_at = moment
    session.flush()
    if state is EnvelopeState.SIGNED:
        enqueue("signing.finish", once=str(record.id), envelope_id=str(record.id))
    if state in OVER - {EnvelopeState.FINISHED} and record.sent_at is not None:
        publish(EnvelopeClosed(actor, record.id, record.document_id))
