"""The end of an envelope that everybody has signed: the finished file is filed, given to those who signed, and known by
its digest."""

from __future__ import annotations

from uuid import UUID

import structlog

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import file_release
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.library.values.files import Release
from portal.domain.documents.signing.models import EnvelopeRecord
from portal.domain.documents.signing.queries.envelopes import list_people
from portal.domain.documents.signing.rules.progress import finish
from portal.domain.documents.signing.services.keeping import hold_envelope, note_event, write_progress
from portal.domain.documents.signing.signals import EnvelopeFinished
from portal.domain.documents.signing.values.envelopes import EnvelopeState, EventKind
from portal.domain.identity.access.values import Actor
from portal.domain.identity.audit.services import record_act
from portal.platform.db import transactional
from portal.platform.errors import DomainError, NotFound
from portal.platform.outbox import enqueue
from portal.platform.signals import publish

log = structlog.get_logger(__name__)


@transactional
def hold_unfinished(actor: Actor, envelope_id: UUID) -> bool:
    """Hold an envelope so that its file is made once; whether it is to be made still. The firm's machinery alone."""
    return hold_envelope(actor, envelope_id).progress.state is EnvelopeState.SIGNED


@transactional
def finish_envelope(actor: Actor, envelope_id: UUID, release: Release) -> UUID:
    """File the finished file beside the document, for those who signed and the staff, and tell them; its document's id.
    Conflict where it was finished before. The firm's machinery alone."""
    held = hold_envelope(actor, envelope_id)
    after = finish(held.progress)
    signers = tuple(each.user_id for each in list_people(actor, envelope_id) if each.user_id is not None)
    document_id = _file(actor, held.record, release, signers)
    held.record.finished_document_id, held.record.finished_digest = document_id, release.digest
    write_progress(actor, held, after)
    note_event(actor, held, EventKind.FINISHED)
    for user_id in dict.fromkeys((*signers, held.record.created_by)):
        if user_id is not None:
            enqueue(
                "signing.tell", once=f"{envelope_id}:{user_id}", signer_id=str(after.signers[-1].id),
                about=EventKind.FINISHED.value, to=str(user_id),
            )  # fmt: skip
    record_act(None, "envelope.finish", f"envelope:{envelope_id}", document=str(document_id))
    publish(EnvelopeFinished(actor, envelope_id, held.record.document_id, document_id, signers))
    return document_id


def _file(actor: Actor, record: EnvelopeRecord, release: Release, signers: tuple[UUID, ...]) -> UUID:
    document_id = file_release(
        actor, record.folder_id, _details(actor, record), release, source=f"envelope:{record.id}"
    )
    for user_id in signers:
        grant_document(actor, document_id, user_id)
    try:
        publish_document(actor, document_id, tell=False)
    except DomainError as refusal:  # it names somebody whom a check keeps it for: staff look at it, and publish it
        log.warning("signed_file_held_back", envelope=str(record.id), code=refusal.code)
    return document_id


def _details(actor: Actor, record: EnvelopeRecord) -> DocumentDetails:
    """What is said of the finished file: as of the document where that is still there, for those who signed alone."""
    title = f"{record.title} (signed)"
    try:
        original = get_document(actor, record.document_id).details
    except NotFound:
        return DocumentDetails(title, DocumentType.AGREEMENT, Audience.NAMED)
    return DocumentDetails(
        title,
        original.type,
        Audience.NAMED,
        period=original.period,
        account_id=original.account_id,
        vehicle_id=original.vehicle_id,
        roles=original.roles,
        tags=original.tags,
    )
