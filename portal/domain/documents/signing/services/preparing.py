"""Preparing an envelope: which document, who signs in which turn, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.values.documents import Document, DocumentState
from portal.domain.documents.library.values.files import Version, VersionState
from portal.domain.documents.signing.errors import EnvelopeSent, NotReady
from portal.domain.documents.signing.models import EnvelopeRecord, FieldRecord, SignerRecord
from portal.domain.documents.signing.policies import can_prepare
from portal.domain.documents.signing.queries.envelopes import count_fields
from portal.domain.documents.signing.rules.placing import box_at, box_from, placed
from portal.domain.documents.signing.services.keeping import Held, hold_visible_envelope
from portal.domain.documents.signing.values.envelopes import LONGEST, MOST_FIELDS, MOST_SIGNERS, NewSigner
from portal.domain.documents.signing.values.fields import FieldKind, NewField, Spot
from portal.domain.documents.signing.values.marks import CONSENT_VERSION
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound

LONGEST_MESSAGE, LONGEST_ROLE, LONGEST_LABEL, LATEST_TURN = 2_000, 60, 120, 20
PDF = "pdf"
REMOVE = (
    "DELETE FROM documents.signing_fields WHERE envelope_id = %(id)s AND seat = %(seat)s",
    "DELETE FROM documents.signers WHERE envelope_id = %(id)s AND seat = %(seat)s",
)


@transactional
def prepare_envelope(
    actor: Actor,
    document_id: UUID,
    *,
    expires_at: datetime,
    message: str = "",
    remind_days: int | None = None,
    signers: Sequence[NewSigner] = (),
    fields: Sequence[NewField] = (),
) -> UUID:
    """Begin an envelope with the latest version of a document, as a draft that nobody but staff sees; its id. Signers
    take seats 1, 2, … in the order given, `fields` name them. NotFound, NotReady where the document is no checked PDF,
    Invalid, PlacedBadly."""
    require(actor, Permission.EDIT_DOCUMENTS)
    document = get_document(actor, document_id)
    _check_terms(expires_at, message, remind_days)
    record = _envelope_of(actor, document, _signable(document))
    record.message, record.expires_at, record.remind_days = message.strip(), expires_at, remind_days
    session.add(record)
    session.flush()
    record_act(actor.user_id, "envelope.prepare", f"envelope:{record.id}", document=str(document_id))
    for signer in signers:
        add_signer(actor, record.id, signer)
    for field in fields:
        place_field(actor, record.id, field)
    return record.id


@transactional
def add_signer(actor: Actor, envelope_id: UUID, signer: NewSigner) -> int:
    """Give a person of the firm's portal the next seat of a draft; its number. NotFound, EnvelopeSent, Invalid."""
    held = _hold_draft(actor, envelope_id)
    seated = held.progress.signers
    get_user(actor, signer.user_id)
    if any(each.user_id == signer.user_id for each in seated):
        raise Invalid(fields={"email": "This person signs already."})
    if len(seated) >= MOST_SIGNERS:
        raise Invalid(fields={"email": f"At most {MOST_SIGNERS} people sign one document."})
    if not signer.role.strip() or len(signer.role) > LONGEST_ROLE:
        raise Invalid(fields={"role": f"Say as what they sign, in {LONGEST_ROLE} characters at the most."})
    if not 1 <= signer.turn <= LATEST_TURN:
        raise Invalid(fields={"turn": f"Turns are numbered from 1 to {LATEST_TURN}."})
    seat = max((each.seat for each in seated), default=0) + 1
    session.add(
        SignerRecord(
            firm_id=actor.firm_id,
            envelope_id=envelope_id,
            seat=seat,
            turn=signer.turn,
            role=signer.role.strip(),
            user_id=signer.user_id,
        )
    )
    session.flush()
    return seat


@transactional
def remove_signer(actor: Actor, envelope_id: UUID, seat: int) -> None:
    """Take a seat and its fields out of a draft. NotFound, EnvelopeSent."""
    _hold_draft(actor, envelope_id)
    for statement in REMOVE:
        execute(statement, id=envelope_id, seat=seat)


@transactional
def place_field(actor: Actor, envelope_id: UUID, field: NewField) -> UUID:
    """Place a field for a seat of a draft; its id. NotFound where there is no such seat, EnvelopeSent, PlacedBadly."""
    held = _hold_draft(actor, envelope_id)
    if all(each.seat != field.seat for each in held.progress.signers):
        raise NotFound
    if count_fields(actor, envelope_id) >= MOST_FIELDS:
        raise Invalid(fields={"page": f"At most {MOST_FIELDS} fields are placed on one document."})
    if len(field.label) > LONGEST_LABEL:
        raise Invalid(fields={"label": f"Write {LONGEST_LABEL} characters at the most."})
    put = placed(field, held.record.pages)
    record = FieldRecord(
        firm_id=actor.firm_id,
        envelope_id=envelope_id,
        seat=put.seat,
        kind=put.kind.value,
        page=put.page,
        x=put.box.x,
        y=put.box.y,
        width=put.box.width,
        height=put.box.height,
        label=put.label.strip(),
        required=put.required,
    )
    session.add(record)
    session.flush()
    return record.id


@transactional
def place_usual_field(
    actor: Actor,
    envelope_id: UUID,
    seat: int,
    kind: FieldKind,
    *,
    page: int,
    at: Spot | tuple[Decimal, Decimal],
    label: str = "",
    required: bool = True,
) -> UUID:
    """Place a field of the usual size for its kind at a named spot, or with its top left corner at (across, down) in
    fractions of the page; as `place_field`."""
    box = box_at(at, kind) if isinstance(at, Spot) else box_from(kind, *at)
    return place_field(actor, envelope_id, NewField(seat, kind, page, box, label, required))


@transactional
def remove_field(actor: Actor, envelope_id: UUID, field_id: UUID) -> None:
    """Take a field out of a draft. NotFound, EnvelopeSent."""
    _hold_draft(actor, envelope_id)
    gone = execute(
        "DELETE FROM documents.signing_fields WHERE envelope_id = %(id)s AND id = %(field)s",
        id=envelope_id,
        field=field_id,
    )
    if not gone:
        raise NotFound


def _hold_draft(actor: Actor, envelope_id: UUID) -> Held:
    require(actor, Permission.EDIT_DOCUMENTS)
    held = hold_visible_envelope(actor, envelope_id)
    if not can_prepare(actor, held.progress.state):
        raise EnvelopeSent
    return held


def _envelope_of(actor: Actor, document: Document, version: Version) -> EnvelopeRecord:
    """An envelope with a version of a document in it, and the text that signers agree to from now on."""
    return EnvelopeRecord(
        firm_id=actor.firm_id,
        document_id=document.id,
        version_id=version.id,
        folder_id=document.summary.folder_id,
        title=document.summary.title,
        file_key=version.file_key,
        file_name=version.name,
        pages=version.pages,
        digest=version.digest,
        consent_version=CONSENT_VERSION,
        created_by=actor.user_id,
    )


def _signable(document: Document) -> Version:
    """The latest version of a document that can be signed."""
    latest = document.versions[0] if document.versions else None
    if latest is None or latest.state is not VersionState.RELEASED:
        raise NotReady("The file has not passed its check yet. Wait for it, or upload another version.")
    if latest.kind != PDF or not latest.pages:
        raise NotReady("Only PDF documents are signed here. Save it as PDF, and upload that.")
    if document.summary.state is DocumentState.DELETED:
        raise NotReady("The document is deleted. Bring it back first.")
    return latest


def _check_terms(expires_at: datetime, message: str, remind_days: int | None) -> None:
    now = clock.now()
    if not now < expires_at <= now + LONGEST:
        raise Invalid(fields={"last_day": f"Choose a day within the next {LONGEST.days} days."})
    if len(message) > LONGEST_MESSAGE:
        raise Invalid(fields={"message": f"Write {LONGEST_MESSAGE:,} characters at the most."})
    if remind_days is not None and not 1 <= remind_days <= 60:
        raise Invalid(fields={"remind_days": "Remind after 1 to 60 days, or never."})
