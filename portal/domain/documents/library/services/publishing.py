"""Letting people see documents, and taking them back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from portal.domain.documents.library.errors import ForStaffOnly, NotChecked, OtherVersion, WrongState
from portal.domain.documents.library.models import DocumentRecord
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.recipients import list_recipients
from portal.domain.documents.library.rules import may_become
from portal.domain.documents.library.services.locking import lock_document
from portal.domain.documents.library.signals import AccessEnded, DocumentPublishing
from portal.domain.documents.library.values.documents import Audience, DocumentState
from portal.domain.documents.library.values.files import Version, VersionState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Conflict, Invalid
from portal.platform.outbox import enqueue_many
from portal.platform.signals import publish

SHOW = "UPDATE documents.audiences SET published_at = %(moment)s WHERE document_id = %(document)s"


@transactional
def publish_document(
    actor: Actor, document_id: UUID, *, at: datetime | None = None, tell: bool = True, number: int | None = None
) -> DocumentState:
    """Let those a document is for see its latest version, now or `at` a moment to come, and have them told by mail
    unless nobody is to be (`tell`). `number`: the version that was looked at. The state then. NotFound, NotChecked,
    OtherVersion, ForStaffOnly, WrongState, and whatever keeps it from being published (another investor's name in
    it)."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    document = lock_document(actor, document_id)
    if number not in {None, document.latest_version}:
        raise OtherVersion
    version = _latest_checked(actor, document_id)
    if document.audience == Audience.STAFF.value:
        raise ForStaffOnly
    publish(DocumentPublishing(actor, document_id, version.id))
    if at is not None and at > clock.now():
        return _schedule(actor, document, at, tell=tell)
    return _publish(actor, document, version, tell=tell)


@transactional
def publish_due_document(actor: Actor, document_id: UUID) -> None:
    """Publish a document whose moment has come, as the firm's machinery; nothing where it was taken back or set to a
    later moment meanwhile, or where its file is still being checked: its release calls again. What may not be
    published is a draft again that says why (`stopped`)."""
    document = session.get(DocumentRecord, document_id, with_for_update=True, populate_existing=True)
    if document is None or document.state != DocumentState.SCHEDULED or not _is_due(document):
        return
    if get_document(actor, document_id).versions[0].state is VersionState.RECEIVED:
        return
    try:
        version = _latest_checked(actor, document_id)
        publish(DocumentPublishing(actor, document_id, version.id))
    except Conflict as refusal:
        _stop(document, refusal.message)
    else:
        _publish(actor, document, version, tell=document.tell)


@transactional
def unschedule_document(actor: Actor, document_id: UUID) -> None:
    """Make a document that waits for its moment a draft again. NotFound, WrongState."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    document = lock_document(actor, document_id)
    _move(document, DocumentState.DRAFT)
    document.publish_at = None
    session.flush()
    record_act(actor.user_id, "document.unschedule", f"document:{document_id}")


@transactional
def archive_document(actor: Actor, document_id: UUID) -> None:
    """Take a document from those who could see it; staff keep it. NotFound, WrongState."""
    require(actor, Permission.PUBLISH_DOCUMENTS)
    document = lock_document(actor, document_id)
    _move(document, DocumentState.ARCHIVED)
    session.flush()
    execute(SHOW, document=document_id, moment=None)
    record_act(actor.user_id, "document.archive", f"document:{document_id}")
    publish(AccessEnded(actor, document_id))


def _schedule(actor: Actor, document: DocumentRecord, at: datetime, *, tell: bool) -> DocumentState:
    if document.state == DocumentState.PUBLISHED:
        raise Invalid("It is published already: a new version of it is published now.", fields={"at": "Leave it out."})
    if document.state != DocumentState.SCHEDULED:
        _move(document, DocumentState.SCHEDULED)
    document.publish_at, document.tell, document.published_by, document.stopped = at, tell, actor.user_id, None
    session.flush()
    enqueue_many("documents.publish", [({"document_id": str(document.id)}, None)], due_at=at)
    record_act(actor.user_id, "document.schedule", f"document:{document.id}", at=at.isoformat())
    return DocumentState.SCHEDULED


def _publish(actor: Actor, document: DocumentRecord, version: Version, *, tell: bool) -> DocumentState:
    moment = clock.now()
    _move(document, DocumentState.PUBLISHED)
    document.published_at, document.publish_at, document.stopped = moment, None, None
    document.published_by = actor.user_id or document.published_by  # who set the moment, where it has come
    document.published_version, document.tell = version.number, tell
    session.flush()
    execute(SHOW, document=document.id, moment=moment)
    told = _announce(actor, document.id, version.number) if tell else 0
    record_act(actor.user_id, "document.publish", f"document:{document.id}", version=version.number, told=told)
    return DocumentState.PUBLISHED


def _announce(actor: Actor, document_id: UUID, number: int) -> int:
    people = list_recipients(actor, document_id)
    works: list[tuple[dict[str, str], str | None]] = [
        ({"document_id": str(document_id), "user_id": str(user)}, f"{document_id}:{number}:{user}") for user in people
    ]
    enqueue_many("documents.announce", works)
    return len(works)


def _is_due(document: DocumentRecord) -> bool:
    return document.publish_at is not None and document.publish_at <= clock.now()


def _stop(document: DocumentRecord, why: str) -> None:
    document.state, document.publish_at, document.stopped = DocumentState.DRAFT.value, None, why
    session.flush()
    record_act(None, "document.publish", f"document:{document.id}", result="refused")


def _move(document: DocumentRecord, wanted: DocumentState) -> None:
    if not may_become(DocumentState(document.state), wanted):
        raise WrongState
    document.state = wanted.value


def _latest_checked(actor: Actor, document_id: UUID) -> Version:
    latest = get_document(actor, document_id).versions[:1]
    if not latest or latest[0].state is not VersionState.RELEASED:
        raise NotChecked
    return latest[0]
