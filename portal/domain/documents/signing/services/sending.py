"""What staff do to envelopes on their way: sending, reminding, naming another signer, taking them back."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.signing.errors import NotReady, PreparedOtherwise, RemindedLately
from portal.domain.documents.signing.queries.envelopes import get_sending_digest, list_fields, list_people
from portal.domain.documents.signing.rules.progress import cancel, expire, list_awaited, name_signer, send
from portal.domain.documents.signing.services.keeping import (
    Held,
    hold_envelope,
    hold_visible_envelope,
    note_event,
    remind_later,
    write_progress,
)
from portal.domain.documents.signing.signals import DocumentAsked
from portal.domain.documents.signing.values.envelopes import REMIND_EVERY, EnvelopeState, EventKind, Standing
from portal.domain.documents.signing.values.fields import FieldKind
from portal.domain.documents.signing.values.sealing import Note
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Conflict, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.signals import publish

REMINDED = "UPDATE documents.signers SET reminded_at = %(moment)s WHERE id = %(id)s"


@transactional
def send_envelope(actor: Actor, envelope_id: UUID, *, seen: str | None = None) -> None:
    """Let those who sign see the document, the first turn at once, and have them written to. `seen`: the digest of what
    the actor looked at, where a person did. NotFound, EnvelopeSent, PreparedOtherwise, NotReady where somebody has
    nothing to sign, and whatever keeps it from them (another investor's name in it)."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    held = hold_visible_envelope(actor, envelope_id)
    after = send(held.progress, clock.now())
    if seen is not None and seen != get_sending_digest(actor, envelope_id):
        raise PreparedOtherwise
    _check_whole(actor, held)
    note_event(actor, held, EventKind.SENT)
    write_progress(actor, held, after)
    publish(DocumentAsked(actor, held.record.document_id, held.record.version_id))
    ending = [({"envelope_id": str(envelope_id)}, str(envelope_id))]
    enqueue_many("signing.expire", ending, due_at=held.record.expires_at)
    record_act(actor.user_id, "envelope.send", f"envelope:{envelope_id}", signers=len(after.signers))


@transactional
def cancel_envelope(actor: Actor, envelope_id: UUID, *, reason: str = "") -> None:
    """Take an envelope back: nobody signs it any more, and whoever was asked is told. NotFound, EnvelopeClosed."""
    draft = hold_visible_envelope(actor, envelope_id).progress.state is EnvelopeState.DRAFT
    require(actor, Permission.EDIT_DOCUMENTS if draft else Permission.PUBLISH_DOCUMENTS)
    take_back(actor, envelope_id, reason=reason)


@transactional
def take_back(actor: Actor, envelope_id: UUID, *, reason: str = "") -> None:
    """Take an envelope back because of something that the actor was allowed to do. EnvelopeClosed."""
    held = hold_envelope(actor, envelope_id)
    asked = list_awaited(held.progress)
    write_progress(actor, held, cancel(held.progress))
    note_event(actor, held, EventKind.CANCELLED, note=Note(reason.strip()) if reason.strip() else None)
    for signer in asked:
        enqueue("signing.tell", signer_id=str(signer.id), about=EventKind.CANCELLED.value, to=str(signer.user_id))
    record_act(actor.user_id, "envelope.cancel", f"envelope:{envelope_id}")


@transactional
def remind_signer(actor: Actor, envelope_id: UUID, seat: int) -> None:
    """Write once more to who is asked in a seat. NotFound where nobody is, RemindedLately less than a day after the
    last time."""
    require(actor, Permission.EDIT_DOCUMENTS)
    held = hold_visible_envelope(actor, envelope_id)
    signer = next((each for each in list_awaited(held.progress) if each.seat == seat), None)
    if signer is None:
        raise NotFound
    last = next(each.reminded_at or each.asked_at for each in list_people(actor, envelope_id) if each.id == signer.id)
    if last is not None and clock.now() - last < REMIND_EVERY:
        raise RemindedLately(retry_after=int((last + REMIND_EVERY - clock.now()).total_seconds()))
    _remind(actor, held, signer)


@transactional
def remind_when_due(actor: Actor, envelope_id: UUID, signer_id: UUID) -> None:
    """Write once more to who was asked a while ago and has not decided, and have that done again later; the firm's
    machinery alone. Nothing where they have, or nobody waits for them any more."""
    held = hold_envelope(actor, envelope_id)
    signer = next((each for each in list_awaited(held.progress) if each.id == signer_id), None)
    if signer is not None and held.record.remind_days is not None and held.record.expires_at > clock.now():
        _remind(actor, held, signer)
        remind_later(signer_id, clock.now() + held.record.remind_days * REMIND_EVERY)


@transactional
def name_other_signer(actor: Actor, envelope_id: UUID, seat: int, user_id: UUID) -> None:
    """Put another person of the firm's portal into a seat that has not signed. NotFound, Conflict where they sit in
    another, EnvelopeClosed, and whatever keeps the document from them."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    person = get_user(actor, user_id)
    if not person.active:
        raise Conflict(f"{person.name} cannot sign in yet, or not any more. Invite them first.")
    held = hold_visible_envelope(actor, envelope_id)
    newcomer = new_id()
    write_progress(actor, held, name_signer(held.progress, seat, to=user_id, new_id=newcomer, now=clock.now()))
    publish(DocumentAsked(actor, held.record.document_id, held.record.version_id))
    note_event(actor, held, EventKind.NAMED, signer_id=newcomer)
    record_act(actor.user_id, "envelope.name_signer", f"envelope:{envelope_id}", seat=seat, user=str(user_id))


@transactional
def expire_envelope(actor: Actor, envelope_id: UUID) -> None:
    """End an envelope whose time is up, and tell who sent it; nothing where it is over or has time left."""
    held = hold_envelope(actor, envelope_id)
    after = expire(held.progress, clock.now())
    if after is held.progress:
        return
    write_progress(actor, held, after)
    note_event(actor, held, EventKind.EXPIRED)
    if held.record.created_by is not None:
        signer = after.signers[0]
        enqueue("signing.tell", signer_id=str(signer.id), about="expired", to=str(held.record.created_by))
    record_act(None, "envelope.expire", f"envelope:{envelope_id}")


def _remind(actor: Actor, held: Held, signer: Standing) -> None:
    execute(REMINDED, id=signer.id, moment=clock.now())
    event_id = note_event(actor, held, EventKind.REMINDED, signer_id=signer.id)
    enqueue("signing.ask", once=str(event_id), signer_id=str(signer.id), again="yes")
    record_act(actor.user_id, "envelope.remind", f"envelope:{held.record.id}", seat=signer.seat)


def _check_whole(actor: Actor, held: Held) -> None:
    """Refuse while somebody has nothing to sign, or cannot come in."""
    people = list_people(actor, held.record.id)
    if gone := next((each.name for each in people if not each.can_enter), None):
        raise NotReady(f"{gone} cannot sign in yet, or not any more. Invite them first, or name somebody else.")
    signing = {each.seat for each in list_fields(actor, held.record.id) if each.kind is FieldKind.SIGNATURE}
    if idle := next((each.name for each in people if each.seat not in signing), None):
        raise NotReady(f"{idle} has no place to sign. Place a signature for them.")
