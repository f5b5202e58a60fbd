"""What signers do: opening, signing, declining, passing on.

Each in the firm's system tenancy: a signer reads what is theirs and writes nothing.
"""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.signing.errors import BadMark, ShownOtherwise
from portal.domain.documents.signing.queries.envelopes import list_fields
from portal.domain.documents.signing.rules.evidence import mask_email, shown_digest
from portal.domain.documents.signing.rules.marks import read_answers, read_mark
from portal.domain.documents.signing.rules.progress import decline_by, forward_by, open_by, sign_by
from portal.domain.documents.signing.services.keeping import Held, hold_envelope, note_event, write_progress
from portal.domain.documents.signing.signals import SignatureGiven
from portal.domain.documents.signing.values.envelopes import EventKind, Progress, SignerState, Standing
from portal.domain.documents.signing.values.fields import Field
from portal.domain.documents.signing.values.marks import Circumstances, Mark, Signing
from portal.domain.documents.signing.values.sealing import Kept, Note, seal_kept
from portal.domain.identity.access.values import Actor
from portal.domain.identity.accounts.queries import find_user_by_email, get_user
from portal.domain.identity.audit.services import record_act
from portal.domain.identity.subjects.queries import get_subject_key
from portal.platform import clock
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, Invalid
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.signals import publish
from portal.platform.tenancy import acting_as

LONGEST_NOTE = 1_000


def open_envelope(actor: Actor, envelope_id: UUID, circumstances: Circumstances) -> None:
    """Note that a signer was shown what they are to sign, the first time; nothing where they are not asked now."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_opening(actor, envelope_id, circumstances)


@transactional
def keep_opening(actor: Actor, envelope_id: UUID, circumstances: Circumstances) -> None:
    """Write that a signer has opened an envelope; in the firm's system tenancy."""
    held = hold_envelope(actor, envelope_id)
    signer = _seat_of(held.progress, _person(actor))
    if signer is None or signer.state is not SignerState.ASKED:
        return
    write_progress(actor, held, open_by(held.progress, _person(actor), clock.now()))
    note_event(actor, held, EventKind.OPENED, signer_id=signer.id, circumstances=circumstances)
    record_act(actor.user_id, "envelope.open", f"envelope:{envelope_id}")


def sign_envelope(actor: Actor, envelope_id: UUID, signing: Signing, circumstances: Circumstances) -> None:
    """Sign as the actor, who has proven lately who they are and agreed to the text whose version they name. With the
    last signature the file is made. NotFound, AlreadySigned, EnvelopeClosed, ShownOtherwise, Invalid, BadMark."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_signature(actor, envelope_id, signing, circumstances)


@transactional
def keep_signature(actor: Actor, envelope_id: UUID, signing: Signing, circumstances: Circumstances) -> None:
    """Write a signature with its proof; in the firm's system tenancy."""
    person = _person(actor)
    held = hold_envelope(actor, envelope_id)
    after = sign_by(held.progress, person, clock.now())
    signer = _expect_seat(held.progress, person)
    fields = list_fields(actor, envelope_id, seat=signer.seat)
    shown = _check_shown(held, fields, signing)
    mark, answers = _read(signing, fields)
    email = mask_email(get_user(actor, person).email)
    sealed = seal_kept(Kept(mark, answers, email), signer.id, person, get_subject_key(person))
    note_event(
        actor,
        held,
        EventKind.SIGNED,
        signer_id=signer.id,
        circumstances=circumstances,
        consent_version=signing.consent,
        shown=shown,
    )
    write_progress(actor, held, after, answers=sealed)
    record_act(
        person, "envelope.sign", f"envelope:{envelope_id}", proven_by=circumstances.proven_by, shown=shown,
        consent=signing.consent,
    )  # fmt: skip
    publish(SignatureGiven(actor, envelope_id))


def decline_envelope(actor: Actor, envelope_id: UUID, circumstances: Circumstances, *, reason: str) -> None:
    """Refuse to sign as the actor, for everybody, and tell who sent it why. NotFound, AlreadySigned, EnvelopeClosed,
    Invalid."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_refusal(actor, envelope_id, circumstances, reason=reason)


@transactional
def keep_refusal(actor: Actor, envelope_id: UUID, circumstances: Circumstances, *, reason: str) -> None:
    """Write that a signer declined; in the firm's system tenancy."""
    note = _note(reason, "Say why, so that the firm knows what to change.")
    held = hold_envelope(actor, envelope_id)
    after = decline_by(held.progress, _person(actor), clock.now())
    signer = _expect_seat(held.progress, _person(actor))
    write_progress(actor, held, after)
    note_event(actor, held, EventKind.DECLINED, signer_id=signer.id, circumstances=circumstances, note=note)
    _tell_sender(held, signer, EventKind.DECLINED)
    record_act(actor.user_id, "envelope.decline", f"envelope:{envelope_id}")


def forward_envelope(actor: Actor, envelope_id: UUID, circumstances: Circumstances, *, email: str, reason: str) -> None:
    """Pass the actor's seat on to whoever has this address, and tell who sent it. The answer is the same whether or not
    somebody of the portal has it: where nobody does, the seat waits for the firm to name a signer. NotFound,
    AlreadySigned, EnvelopeClosed, Invalid."""
    with acting_as(Actor.system(actor.firm_id).tenancy):
        keep_forwarding(actor, envelope_id, circumstances, email=email, reason=reason)


@transactional
def keep_forwarding(actor: Actor, envelope_id: UUID, circumstances: Circumstances, *, email: str, reason: str) -> None:
    """Write that a signer passed their seat on; in the firm's system tenancy."""
    note = Note(_note(reason, "Say why, so that the firm knows.").text, email.strip()[:254])
    held, person = hold_envelope(actor, envelope_id), _person(actor)
    found = find_user_by_email(actor, email)
    to = found.id if found is not None and found.active else None
    after = forward_by(held.progress, person, to=to, new_id=new_id(), now=clock.now())
    signer = _expect_seat(held.progress, person)
    note_event(actor, held, EventKind.FORWARDED, signer_id=signer.id, circumstances=circumstances, note=note)
    write_progress(actor, held, after)
    _tell_sender(held, signer, EventKind.FORWARDED)
    record_act(actor.user_id, "envelope.forward", f"envelope:{envelope_id}", seat=signer.seat)


def _person(actor: Actor) -> UUID:
    if actor.user_id is None or actor.read_only:
        raise Forbidden("Only the person named signs.")
    return actor.user_id


def _seat_of(progress: Progress, user_id: UUID) -> Standing | None:
    mine = (each for each in progress.signers if each.user_id == user_id and each.state is not SignerState.FORWARDED)
    return next(mine, None)


def _expect_seat(progress: Progress, user_id: UUID) -> Standing:
    """The seat of somebody whom the rules have just let act."""
    found = _seat_of(progress, user_id)
    assert found is not None
    return found


def _check_shown(held: Held, fields: list[Field], signing: Signing) -> str:
    """The digest of what is there to be signed; ShownOtherwise where it is not what was shown."""
    record = held.record
    shown = shown_digest(record.id, record.digest, record.consent_version, fields)
    if signing.shown != shown:
        raise ShownOtherwise
    if signing.consent != record.consent_version:
        raise Invalid(fields={"consent": "Tick this to go on: without it nothing is signed electronically."})
    return shown


def _read(signing: Signing, fields: list[Field]) -> tuple[Mark, dict[UUID, str]]:
    """The mark and the answers that were sent; all that is wrong with either is said at once."""
    faults: dict[str, str] = {}
    mark, answers = None, {}
    try:
        mark = read_mark(signing.name, signing.initials, signing.path)
    except BadMark as error:
        faults["path"] = error.message
    except Invalid as error:
        faults |= error.fields
    try:
        answers = read_answers(fields, signing.answers)
    except Invalid as error:
        faults |= error.fields
    if faults or mark is None:
        raise Invalid(fields=faults)
    return mark, answers


def _note(text: str, wanted: str) -> Note:
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise Invalid(
            fields={"reason": wanted if not text.strip() else f"Write {LONGEST_NOTE:,} characters at the most."}
        )
    return Note(text.strip())


def _tell_sender(held: Held, signer: Standing, kind: EventKind) -> None:
    if held.record.created_by is not None:
        enqueue("signing.tell", signer_id=str(signer.id), about=kind.value, to=str(held.record.created_by))
