"""What is said of a document, where it lies, and for whom it is."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.library.errors import Held, KeptUntil, WrongState
from portal.domain.documents.library.policies import SHOWN, can_change_shown, can_edit
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.queries.folders import exists_folder
from portal.domain.documents.library.queries.keeping import find_retention
from portal.domain.documents.library.rules import find_faults, keep_until, lost_by
from portal.domain.documents.library.services.audiences import write_audience
from portal.domain.documents.library.services.locking import lock_document
from portal.domain.documents.library.signals import AccessEnded, DocumentPublishing
from portal.domain.documents.library.values.documents import Audience, Document, DocumentDetails, DocumentState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.signals import publish

DESCRIBE = """
UPDATE documents.documents SET title = %(title)s, type = %(type)s, period = %(period)s, account_id = %(account)s,
  vehicle_id = %(vehicle)s, audience = %(audience)s, roles = %(roles)s,
  expires_at = %(expires)s::timestamptz, view_only = %(view_only)s,
  marked_copies = %(marked_copies)s,  must_acknowledge = %(must_acknowledge)s, tags = %(tags)s
WHERE firm_id = %(firm)s AND id = %(id)s
"""
# From whom of the staff it was taken, for the feed of changes.
WITHDRAW = """
INSERT INTO documents.withdrawals (document_id, reach, firm_id)
SELECT %(id)s, reach, %(firm)s FROM unnest(%(reaches)s::text[]) reach
ON CONFLICT (document_id, reach) DO UPDATE SET txid = excluded.txid
"""
PUBLISHED_AUDIENCE = """
UPDATE documents.audiences a SET published_at = d.published_at FROM documents.documents d
WHERE d.id = %(id)s AND a.document_id = d.id AND d.state = 'published'
"""


@transactional
def describe_document(actor: Actor, document_id: UUID, details: DocumentDetails, *, seen: str | None = None) -> None:
    """Say other things of a document; `seen`: the fingerprint of what was changed. Whom one is for that is published,
    or waits for its moment, is changed by who may publish. What a hold keeps stays with its account and vehicle, and
    what people have seen of a type that is kept as long. NotFound, Forbidden, Invalid, WrongState, Held, KeptUntil."""
    require(actor, Permission.EDIT_DOCUMENTS)
    lock_document(actor, document_id)
    document = get_document(actor, document_id)
    state = document.summary.state
    if not can_edit(actor, state) or seen not in {None, document.details.fingerprint}:
        raise WrongState
    if faults := find_faults(details):
        raise Invalid(fields=faults)
    others = _reaches_others(document.details, details)
    if others:
        _check_audience(actor, state, details)
    _check_keeping(actor, document, details)
    _write(actor, document, details)
    named_anew = document.summary.title != details.title.strip()
    if state is DocumentState.PUBLISHED and (others or named_anew) and document.version is not None:
        publish(DocumentPublishing(actor, document_id, document.version.id))
    record_act(actor.user_id, "document.describe", f"document:{document_id}")
    publish(AccessEnded(actor, document_id))


def _write(actor: Actor, document: Document, details: DocumentDetails) -> None:
    execute(
        DESCRIBE,
        firm=actor.firm_id,
        id=document.id,
        title=details.title.strip(),
        type=details.type.value,
        period=details.period,
        account=details.account_id,
        vehicle=details.vehicle_id,
        audience=details.audience.value,
        roles=list(details.roles) if details.roles is not None else None,
        expires=details.expires_at,
        view_only=details.view_only,
        marked_copies=details.marked_copies,
        must_acknowledge=details.must_acknowledge,
        tags=list(details.tags),
    )
    if reaches := lost_by(document.details.roles, details.roles):
        execute(WITHDRAW, id=document.id, firm=actor.firm_id, reaches=reaches)
    write_audience(actor, document.id, details, document.summary.folder_id)
    execute(PUBLISHED_AUDIENCE, id=document.id)


@transactional
def move_document(actor: Actor, document_id: UUID, folder_id: UUID) -> None:
    """Put a document into another folder; whom it is for stays, unless it is for the readers of a room's folder: such a
    one that is published, or waits for its moment, is moved by who may publish. NotFound, Forbidden, WrongState."""
    require(actor, Permission.EDIT_DOCUMENTS)
    lock_document(actor, document_id)
    document = get_document(actor, document_id)
    if not can_edit(actor, document.summary.state):
        raise WrongState
    if not exists_folder(actor, folder_id):
        raise NotFound
    others = document.details.audience is Audience.ROOM
    if others:
        _check_audience(actor, document.summary.state, document.details)
    execute("UPDATE documents.documents SET folder_id = %(folder)s WHERE id = %(id)s", folder=folder_id, id=document_id)
    write_audience(actor, document_id, document.details, folder_id)
    execute(PUBLISHED_AUDIENCE, id=document_id)
    if others and document.summary.state is DocumentState.PUBLISHED and document.version is not None:
        publish(DocumentPublishing(actor, document_id, document.version.id))
    record_act(actor.user_id, "document.move", f"document:{document_id}", folder=str(folder_id))
    publish(AccessEnded(actor, document_id))


def _reaches_others(before: DocumentDetails, after: DocumentDetails) -> bool:
    """Whether other people would see the document, or see it for longer."""
    reach = ("type", "audience", "account_id", "vehicle_id", "expires_at", "view_only", "marked_copies")
    return any(getattr(before, name) != getattr(after, name) for name in reach)


def _check_audience(actor: Actor, state: DocumentState, details: DocumentDetails) -> None:
    if not can_change_shown(actor, state):
        raise Forbidden("Who sees a published document, or one that waits to be, is changed by who may publish.")
    if state in SHOWN and details.audience is Audience.STAFF:
        raise Invalid(
            "What is published, or waits to be, is for somebody. Archive it, or make it a draft, to keep it for staff.",
            fields={"audience": "Archive the document, or make it a draft, instead."},
        )


def _check_keeping(actor: Actor, document: Document, details: DocumentDetails) -> None:
    """Refuse what would take a document from the hold on its account or vehicle, or from the time of its type."""
    before = document.details
    about_others = (details.account_id, details.vehicle_id) != (before.account_id, before.vehicle_id)
    if document.held and about_others:
        raise Held("A legal hold keeps this document. What it is about can be changed once the hold is lifted.")
    last = document.keep_until
    if last is None or document.published_at is None or last <= clock.today():
        return
    years = find_retention(actor).get(details.type, 0)
    if keep_until(document.published_at.date(), years) < last:
        raise KeptUntil(
            f"Documents of the type it has are kept; this one until {last:%-d %B %Y}."
            " File it anew under another type, and archive this one."
        )
