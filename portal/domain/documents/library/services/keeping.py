"""How long documents are kept: deleted softly, held by law, destroyed when their time is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from portal.domain.documents.library.errors import Held, KeptUntil, WrongState
from portal.domain.documents.library.policies import can_publish
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.keeping import exists_hold_subject, list_destroyable, list_still_deleted
from portal.domain.documents.library.rules import may_become
from portal.domain.documents.library.services.locking import lock_document
from portal.domain.documents.library.signals import AccessEnded, DocumentsDestroying
from portal.domain.documents.library.values.documents import Document, DocumentState, DocumentType
from portal.domain.documents.library.values.keeping import HoldSubject
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, take_turns, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue_many
from portal.platform.signals import publish

GRACE = timedelta(days=30)  # a deleted document can be brought back so long
DELETE = """
UPDATE documents.documents SET state = 'deleted', deleted_at = %(moment)s, publish_at = NULL WHERE id = %(id)s
"""
HIDE = "UPDATE documents.audiences SET published_at = NULL WHERE document_id = %(id)s"
RESTORE = "UPDATE documents.documents SET state = %(state)s, deleted_at = NULL WHERE id = %(id)s"
SET_HOLD = """
INSERT INTO documents.holds (id, firm_id, subject, subject_id, reason, set_by)
VALUES (%(id)s, %(firm)s, %(subject)s, %(subject_id)s, %(reason)s, %(actor)s) ON CONFLICT DO NOTHING
"""
LIFT_HOLD = """
UPDATE documents.holds SET lifted_by = %(actor)s, lifted_at = %(moment)s
WHERE firm_id = %(firm)s AND id = %(id)s AND lifted_at IS NULL
"""
RETAIN = """
INSERT INTO documents.retention (firm_id, type, years, changed_by) VALUES (%(firm)s, %(type)s, %(years)s, %(actor)s)
ON CONFLICT (firm_id, type) DO UPDATE SET years = excluded.years, changed_by = excluded.changed_by, changed_at = now()
"""
DESTROY = (
    "UPDATE documents.usage u SET bytes = GREATEST(0, u.bytes - (SELECT COALESCE(sum(size), 0) FROM documents.versions"
    " WHERE state <> 'refused' AND document_id = ANY(%(ids)s))) WHERE u.firm_id = %(firm)s",
    "DELETE FROM documents.versions WHERE firm_id = %(firm)s AND document_id = ANY(%(ids)s)",
    "DELETE FROM documents.documents WHERE firm_id = %(firm)s AND id = ANY(%(ids)s)",
)


@transactional
def delete_document(actor: Actor, document_id: UUID) -> None:
    """Take a document from everybody; it can be brought back for a while, then it is destroyed. What investors have
    seen is deleted by who may publish, and not before its type's time is over. NotFound, Held, KeptUntil,
    WrongState."""
    require(actor, Permission.EDIT_DOCUMENTS)
    lock_document(actor, document_id)
    document = get_document(actor, document_id)
    if not may_become(document.summary.state, DocumentState.DELETED):
        raise WrongState
    if document.held:
        raise Held
    _check_age(actor, document)
    execute(DELETE, id=document_id, moment=clock.now())
    execute(HIDE, id=document_id)
    record_act(actor.user_id, "document.delete", f"document:{document_id}")
    publish(AccessEnded(actor, document_id))


@transactional
def restore_document(actor: Actor, document_id: UUID) -> None:
    """Bring a deleted document back: a draft, or archived where it had been published. NotFound, WrongState."""
    require(actor, Permission.EDIT_DOCUMENTS)
    lock_document(actor, document_id)
    document = get_document(actor, document_id)
    if document.summary.state is not DocumentState.DELETED:
        raise WrongState
    state = DocumentState.ARCHIVED if document.published_at else DocumentState.DRAFT
    execute(RESTORE, id=document_id, state=state.value)
    record_act(actor.user_id, "document.restore", f"document:{document_id}")


@transactional
def place_document_hold(actor: Actor, subject: HoldSubject, subject_id: UUID, *, reason: str) -> UUID:
    """Keep a document, or all of an account or a vehicle, until the hold is lifted; its id. NotFound, Invalid."""
    require(actor, Permission.MANAGE_RETENTION)
    wait_for_destroying(actor)
    if not exists_hold_subject(actor, subject, subject_id):
        raise NotFound
    if not reason.strip():
        raise Invalid(fields={"reason": "Say why it is held: the matter, or who asked for it."})
    hold_id = new_id()
    if not execute(
        SET_HOLD,
        id=hold_id,
        firm=actor.firm_id,
        subject=subject.value,
        subject_id=subject_id,
        reason=reason.strip(),
        actor=actor.user_id,
    ):
        raise Invalid("It is held already.", fields={"subject": "It is held already."})
    record_act(actor.user_id, "document_hold.place", f"{subject.value}:{subject_id}")
    return hold_id


@transactional
def lift_document_hold(actor: Actor, hold_id: UUID) -> None:
    """End a hold. NotFound."""
    require(actor, Permission.MANAGE_RETENTION)
    if not execute(LIFT_HOLD, firm=actor.firm_id, id=hold_id, actor=actor.user_id, moment=clock.now()):
        raise NotFound
    record_act(actor.user_id, "document_hold.lift", f"document_hold:{hold_id}")


@transactional
def set_retention(actor: Actor, type_: DocumentType, years: int) -> None:
    """Say how many years documents of a type are kept after they were published. Invalid."""
    require(actor, Permission.MANAGE_RETENTION)
    if not 0 <= years <= 100:
        raise Invalid(fields={"years": "Choose from 0 to 100 years."})
    wait_for_destroying(actor)
    execute(RETAIN, firm=actor.firm_id, type=type_.value, years=years, actor=actor.user_id)
    record_act(actor.user_id, "retention.set", f"document_type:{type_.value}", years=years)


@transactional
def destroy_deleted_documents(actor: Actor, *, most: int = 200) -> int:
    """Destroy documents that were deleted longer ago than GRACE and that nothing keeps, files last; how many. The
    firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    wait_for_destroying(actor)
    found = list_destroyable(actor, deleted_before=clock.now() - GRACE, most=most)
    still = list_still_deleted(actor, list(found))
    doomed = {document_id: keys for document_id, keys in found.items() if document_id in still}
    destroy_documents(actor, doomed)
    return len(doomed)


@transactional
def wait_for_destroying(actor: Actor) -> None:
    """Take turns at what keeps documents and at destroying them, so that neither comes in the midst of the other."""
    take_turns("documents.keeping", str(actor.firm_id))


@transactional
def destroy_documents(actor: Actor, doomed: Mapping[UUID, Sequence[str]]) -> None:
    """Destroy documents that nothing keeps, files (their keys by document) last."""
    if not doomed:
        return
    publish(DocumentsDestroying(actor, tuple(doomed)))
    for statement in DESTROY:
        execute(statement, firm=actor.firm_id, ids=list(doomed))
    enqueue_many("documents.discard", [({"key": key}, None) for keys in doomed.values() for key in keys])
    for document_id in doomed:
        record_act(None, "document.destroy", f"document:{document_id}")


def _check_age(actor: Actor, document: Document) -> None:
    """Refuse where the type's time is not over yet."""
    if document.published_at is None:
        return
    if not can_publish(actor):
        raise Forbidden("What investors have seen is deleted by somebody who may publish.")
    last = document.keep_until
    if last is not None and last > clock.today():
        raise KeptUntil(f"Documents of this type are kept; this one until {last:%-d %B %Y}. Archive it instead.")
