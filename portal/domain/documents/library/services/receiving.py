"""Files arrive: as documents, and as further versions of them. They lie in quarantine until they were checked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from portal.domain.documents.library.errors import ForStaffOnly, QuotaExceeded, WrongState
from portal.domain.documents.library.models import DocumentRecord, VersionRecord
from portal.domain.documents.library.policies import can_change_shown, can_edit
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.files import find_quarantined
from portal.domain.documents.library.queries.folders import exists_folder
from portal.domain.documents.library.queries.subjects import list_unknown_subjects
from portal.domain.documents.library.rules import find_faults
from portal.domain.documents.library.services.audiences import write_audience
from portal.domain.documents.library.services.locking import lock_document
from portal.domain.documents.library.services.uploads import take_upload
from portal.domain.documents.library.signals import VersionReleased
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentState, Publication
from portal.domain.documents.library.values.files import Arrival, Quarantined, Release, VersionState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.outbox import enqueue, enqueue_many
from portal.platform.signals import publish

COUNT = """
INSERT INTO documents.usage (firm_id, bytes) VALUES (%(firm)s, GREATEST(%(bytes)s, 0))
ON CONFLICT (firm_id) DO UPDATE SET bytes = GREATEST(documents.usage.bytes + %(bytes)s, 0)
"""
# The row is counted and compared at once, so that two who upload together do not both get the last room.
COUNT_WITHIN = """
INSERT INTO documents.usage (firm_id, bytes) SELECT %(firm)s, %(bytes)s WHERE %(bytes)s <= %(quota)s
ON CONFLICT (firm_id) DO UPDATE SET bytes = documents.usage.bytes + %(bytes)s
  WHERE documents.usage.bytes + %(bytes)s <= %(quota)s
"""
RELEASE = """
UPDATE documents.versions SET state = 'released', raw_key = NULL, file_key = %(key)s, name = %(name)s, kind = %(kind)s,
  size = %(size)s, digest = %(digest)s, pages = %(pages)s, removed = %(removed)s, checked_at = %(moment)s
WHERE id = %(id)s
"""
REFUSE = """
UPDATE documents.versions SET state = 'refused', raw_key = NULL, refusal = %(why)s, checked_at = %(moment)s
WHERE id = %(id)s
"""


@transactional
def receive_document(
    actor: Actor,
    folder_id: UUID,
    details: DocumentDetails,
    arrival: Arrival,
    *,
    quota: int,
    source: str | None = None,
    publication: Publication | None = None,
    sender: UUID | None = None,
) -> UUID:
    """File what lies in quarantine as a new document, and have it checked; the document's id. It is a draft, or with
    `publication` published by itself. `quota`: the bytes that the firm's documents may take; `sender`: who brought the
    file where it is not the actor. NotFound, Forbidden, Invalid, ForStaffOnly, QuotaExceeded."""
    require(actor, Permission.EDIT_DOCUMENTS)
    if faults := list_unknown_subjects(actor, details):
        raise Invalid(fields=faults)
    document = _new_document(actor, folder_id, details, source)
    if publication is not None:
        _intend(actor, document, publication)
    document.created_by = sender or actor.user_id
    _receive(actor, document, arrival, "", quota, sender=sender)
    record_act(actor.user_id, "document.file", f"document:{document.id}")
    return document.id


@transactional
def receive_documents(
    actor: Actor,
    folder_id: UUID,
    filed: Sequence[tuple[DocumentDetails, Arrival | UUID]],
    *,
    quota: int,
    publication: Publication | None = None,
) -> list[UUID]:
    """File several as `receive_document` does, all of them or none; their ids. A file that arrived in parts is given by
    the id of its upload, which is over then."""
    return [
        receive_document(
            actor,
            folder_id,
            details,
            _arrived(actor, arrival),
            quota=quota,
            publication=publication,
        )
        for details, arrival in filed
    ]


@transactional
def receive_version(actor: Actor, document_id: UUID, arrival: Arrival | UUID, *, note: str, quota: int) -> int:
    """File what lies in quarantine, or arrived in parts, as the next version of a document, and have it checked; its
    number. Who may see the document sees the version before it until the new one is published. NotFound, Forbidden,
    QuotaExceeded."""
    require(actor, Permission.EDIT_DOCUMENTS)
    document = lock_document(actor, document_id)
    state = DocumentState(document.state)
    if not can_edit(actor, state):
        raise WrongState
    if state is DocumentState.SCHEDULED and not can_change_shown(actor, state):
        raise Forbidden("It is published at its moment as it is then. Its file is changed by who may publish.")
    number = _receive(actor, document, _arrived(actor, arrival), note, quota)
    record_act(actor.user_id, "document.add_version", f"document:{document_id}", version=number)
    return number


@transactional
def file_release(
    actor: Actor, folder_id: UUID, details: DocumentDetails, release: Release, *, source: str | None = None
) -> UUID:
    """File what the portal made itself, a notice or a signed paper, as a draft that needs no check; the document's id.
    `source` names what it was made from, once in a firm."""
    require(actor, Permission.EDIT_DOCUMENTS)
    document = _new_document(actor, folder_id, details, source)
    _add_release(actor, document, release, "")
    record_act(actor.user_id, "document.file", f"document:{document.id}")
    return document.id


@transactional
def add_release(actor: Actor, document_id: UUID, release: Release, *, note: str) -> int:
    """Give a document another version that the portal made itself; its number."""
    require(actor, Permission.EDIT_DOCUMENTS)
    document = lock_document(actor, document_id)
    number = _add_release(actor, document, release, note)
    record_act(actor.user_id, "document.add_version", f"document:{document_id}", version=number)
    return number


@transactional
def release_version(actor: Actor, version_id: UUID, release: Release) -> None:
    """Note that a version passed its check, and where its harmless copy lies; nothing where it had its check before."""
    waiting = find_quarantined(actor, version_id)
    if waiting is None:
        return
    execute(
        RELEASE,
        id=version_id,
        key=release.key,
        name=release.name,
        kind=release.kind,
        size=release.size,
        digest=release.digest,
        pages=release.pages,
        removed=list(release.removed),
        moment=clock.now(),
    )
    execute(COUNT, firm=actor.firm_id, bytes=release.size - waiting.size)
    _settle(actor, waiting)
    record_act(actor.user_id, "document.release_version", f"document:{waiting.document_id}", version=waiting.number)
    publish(VersionReleased(actor, waiting.document_id, version_id))


@transactional
def refuse_version(actor: Actor, version_id: UUID, why: str) -> None:
    """Note that a version did not pass its check, in words for who sent it; nothing where it had its check before."""
    waiting = find_quarantined(actor, version_id)
    if waiting is None:
        return
    execute(REFUSE, id=version_id, why=why, moment=clock.now())
    execute(COUNT, firm=actor.firm_id, bytes=-waiting.size)
    _settle(actor, waiting)
    record_act(
        actor.user_id,
        "document.refuse_version",
        f"document:{waiting.document_id}",
        result="refused",
        version=waiting.number,
    )


def _arrived(actor: Actor, arrival: Arrival | UUID) -> Arrival:
    return take_upload(actor, arrival) if isinstance(arrival, UUID) else arrival


def _settle(actor: Actor, checked: Quarantined) -> None:
    """What follows a check, however it ended: the file in quarantine goes, and what waited for it to be published is
    published, or stopped."""
    enqueue("documents.discard", key=checked.raw_key)
    document = get_document(actor, checked.document_id)
    if document.publish_at is not None and document.publish_at <= clock.now():
        enqueue("documents.publish", document_id=str(checked.document_id))


def _new_document(actor: Actor, folder_id: UUID, details: DocumentDetails, source: str | None) -> DocumentRecord:
    if faults := find_faults(details):
        raise Invalid(fields=faults)
    if not exists_folder(actor, folder_id):
        raise NotFound
    document = DocumentRecord(
        firm_id=actor.firm_id,
        folder_id=folder_id,
        type=details.type.value,
        title=details.title.strip(),
        period=details.period,
        account_id=details.account_id,
        vehicle_id=details.vehicle_id,
        audience=details.audience.value,
        roles=list(details.roles) if details.roles is not None else None,
        view_only=details.view_only,
        marked_copies=details.marked_copies,
        must_acknowledge=details.must_acknowledge,
        tags=list(details.tags),
        latest_version=0,
        expires_at=details.expires_at,
        source=source,
        created_by=actor.user_id,
    )
    session.add(document)
    session.flush()
    write_audience(actor, document.id, details, folder_id)
    return document


def _intend(actor: Actor, document: DocumentRecord, publication: Publication) -> None:
    """Have a new document published once it may be: at its moment, and not before its file is released."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    if document.audience == Audience.STAFF:
        raise ForStaffOnly
    at = publication.at or clock.now()
    document.state, document.publish_at, document.tell = DocumentState.SCHEDULED.value, at, publication.tell
    document.published_by = actor.user_id
    session.flush()
    if at > clock.now():
        enqueue_many("documents.publish", [({"document_id": str(document.id)}, None)], due_at=at)
    record_act(actor.user_id, "document.schedule", f"document:{document.id}", at=at.isoformat())


def _receive(
    actor: Actor, document: DocumentRecord, arrival: Arrival, note: str, quota: int, *, sender: UUID | None = None
) -> int:
    if not execute(COUNT_WITHIN, firm=actor.firm_id, bytes=arrival.size, quota=quota):
        raise QuotaExceeded
    version = _add_version(
        actor,
        document,
        VersionState.RECEIVED,
        arrival.name,
        arrival.size,
        note=note,
        raw_key=arrival.key,
        uploaded_by=sender or actor.user_id,
    )
    enqueue("documents.check", version_id=str(version.id))
    return version.number


def _add_release(actor: Actor, document: DocumentRecord, release: Release, note: str) -> int:
    version = _add_version(
        actor,
        document,
        VersionState.RELEASED,
        release.name,
        release.size,
        note=note,
        file_key=release.key,
        kind=release.kind,
        digest=release.digest,
        pages=release.pages,
        checked_at=clock.now(),
    )
    execute(COUNT, firm=actor.firm_id, bytes=release.size)
    publish(VersionReleased(actor, document.id, version.id))
    return version.number


def _add_version(
    actor: Actor, document: DocumentRecord, state: VersionState, name: str, size: int, **more: object
) -> VersionRecord:
    document.latest_version += 1
    version = VersionRecord(
        firm_id=actor.firm_id,
        document_id=document.id,
        number=document.latest_version,
        state=state.value,
        name=name,
        size=size,
        **({"uploaded_by": actor.user_id} | more),
    )
    session.add(version)
    session.flush()
    return version
