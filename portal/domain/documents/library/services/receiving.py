"""Files arrive: as documents, and as further versions of them. They lie in quarantine until they were checked."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.errors import QuotaExceeded, WrongState
from portal.domain.documents.library.models import DocumentRecord, VersionRecord
from portal.domain.documents.library.policies import can_edit
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.files import find_quarantined, get_usage
from portal.domain.documents.library.queries.folders import exists_folder
from portal.domain.documents.library.rules import find_faults
from portal.domain.documents.library.services.audiences import write_audience
from portal.domain.documents.library.signals import VersionReleased
from portal.domain.documents.library.values.documents import DocumentDetails
from portal.domain.documents.library.values.files import Arrival, Release, VersionState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid, NotFound
from portal.platform.outbox import enqueue
from portal.platform.signals import publish

COUNT = """
INSERT INTO documents.usage (firm_id, bytes) VALUES (%(firm)s, GREATEST(%(bytes)s, 0))
ON CONFLICT (firm_id) DO UPDATE SET bytes = GREATEST(documents.usage.bytes + %(bytes)s, 0)
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
    actor: Actor, folder_id: UUID, details: DocumentDetails, arrival: Arrival, *, quota: int, source: str | None = None
) -> UUID:
    """File what lies in quarantine as a new draft, and have it checked; the document's id. `quota`: the bytes that the
    firm's documents may take. NotFound, Invalid, QuotaExceeded."""
    require(actor, Permission.EDIT_DOCUMENTS)
    document = _new_document(actor, folder_id, details, source)
    _receive(actor, document, arrival, "", quota)
    record_act(actor.user_id, "document.file", f"document:{document.id}")
    return document.id


@transactional
def receive_version(actor: Actor, document_id: UUID, arrival: Arrival, *, note: str, quota: int) -> int:
    """File what lies in quarantine as the next version of a document, and have it checked; its number. Who may see the
    document sees the version before it until the new one is published. NotFound, Forbidden, QuotaExceeded."""
    require(actor, Permission.EDIT_DOCUMENTS)
    if not can_edit(actor, get_document(actor, document_id).summary.state):
        raise WrongState
    document = _lock(document_id)
    number = _receive(actor, document, arrival, note, quota)
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
    document = _lock(document_id)
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
    enqueue("documents.discard", key=waiting.raw_key)
    record_act(actor.user_id, "document.release_version", f"document:{waiting.document_id}", version=waiting.number)
    publish(VersionReleased(actor, waiting.document_id, version_id))


@transactional
def refuse_version(actor: Actor, version_id: UUID, why: str) -> None:
    """Note that a version did not pass its check, in words for who sent it; nothing where it had its check before."""
    waiting = find_quarantined(actor, version_id)
    if waiting is None:
        return
    execute(REFUSE, id=version_id, why=why, moment=clock.now())
    enqueue("documents.discard", key=waiting.raw_key)
    record_act(
        actor.user_id,
        "document.refuse_version",
        f"document:{waiting.document_id}",
        result="refused",
        version=waiting.number,
    )


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


def _lock(document_id: UUID) -> DocumentRecord:
    """The document, held by this operation so that versions are numbered in turn."""
    document = session.get(DocumentRecord, document_id, with_for_update=True, populate_existing=True)
    if document is None:
        raise NotFound
    return document


def _receive(actor: Actor, document: DocumentRecord, arrival: Arrival, note: str, quota: int) -> int:
    if get_usage(actor) + arrival.size > quota:
        raise QuotaExceeded
    version = _add_version(
        actor, document, VersionState.RECEIVED, arrival.name, arrival.size, note=note, raw_key=arrival.key
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
        uploaded_by=actor.user_id,
        **more,
    )
    session.add(version)
    session.flush()
    execute(COUNT, firm=actor.firm_id, bytes=size)
    return version
