"""Papers come from investors, lie here until somebody of the staff looked at them, and are filed or sent back.

Until a paper is accepted its file is a document for the staff alone: nobody of the account but who sent it knows of it,
and they know how it stands, not the file. Accepted, it is one of the account's documents, seen by whom its type is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog

from portal.domain.documents.library.policies import SHOWN
from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.describing import describe_document
from portal.domain.documents.library.services.folders import open_root_folder
from portal.domain.documents.library.services.keeping import delete_document
from portal.domain.documents.library.services.locking import lock_folder
from portal.domain.documents.library.services.publishing import publish_document
from portal.domain.documents.library.services.receiving import receive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentState, DocumentType
from portal.domain.documents.library.values.files import Arrival, VersionState
from portal.domain.documents.library.values.folders import FolderKind
from portal.domain.documents.library.values.writing import title_of
from portal.domain.documents.papers.errors import AlreadyDecided, NotCheckedYet, TooManyPapers
from portal.domain.documents.papers.models import PaperRecord
from portal.domain.documents.papers.policies import can_decide, can_send
from portal.domain.documents.papers.queries import get_load, list_destinations
from portal.domain.documents.papers.rules import has_room
from portal.domain.documents.papers.values import LONGEST_NOTE, Destination, PaperState
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.platform import clock
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Conflict, Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue
from portal.platform.tenancy import acting_as

FORGET = """
DELETE FROM documents.papers
WHERE firm_id = %(firm)s AND (user_id = %(user)s OR account_id = ANY(%(accounts)s))
"""
log = structlog.get_logger(__name__)


def send_paper(
    actor: Actor, account_id: UUID, type_: DocumentType, arrival: Arrival, *, note: str = "", quota: int
) -> UUID:
    """Send the firm a file for an account, which lies in quarantine until it was checked; the paper's id. `quota`: the
    bytes that the firm's documents may take. Invalid for an account or a type that is not theirs to send for,
    TooManyPapers, QuotaExceeded."""
    destination = next((each for each in list_destinations(actor) if each.account_id == account_id), None)
    if destination is None:
        raise Invalid(fields={"account": "Choose one of your accounts."})
    if not can_send(destination, type_):
        raise Invalid(fields={"type": "You may send tax forms only for this account."})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": f"At most {LONGEST_NOTE:,} characters."})
    with acting_as(Actor.system(actor.firm_id).tenancy):  # the library is closed to investors
        return _send(actor, destination, type_, arrival, note.strip(), quota)


@transactional
def _send(actor: Actor, destination: Destination, type_: DocumentType, arrival: Arrival, note: str, quota: int) -> UUID:
    assert actor.user_id is not None
    system, account_id, paper_id = Actor.system(actor.firm_id), destination.account_id, new_id()
    folder_id = open_root_folder(system, FolderKind.ACCOUNT, account_id, destination.name)
    lock_folder(system, folder_id)  # two who send at once are counted one after the other
    if not has_room(get_load(system, account_id), arrival.size):
        raise TooManyPapers
    document_id = receive_document(
        system,
        folder_id,
        DocumentDetails(title_of(arrival.name), type_, Audience.STAFF, account_id=account_id),
        arrival,
        quota=quota,
        source=f"paper:{paper_id}",
        sender=actor.user_id,
    )
    session.add(
        PaperRecord(
            id=paper_id,
            firm_id=actor.firm_id,
            account_id=account_id,
            user_id=actor.user_id,
            document_id=document_id,
            type=type_.value,
            name=arrival.name,
            size=arrival.size,
            note=note,
        )
    )
    session.flush()
    record_act(actor.user_id, "paper.send", f"paper:{paper_id}", account=str(account_id), type=type_.value)
    return paper_id


@transactional
def accept_paper(actor: Actor, paper_id: UUID, *, title: str, type_: DocumentType, period: str = "") -> bool:
    """Make a paper one of its account's documents, of a type; whether the account's people see it already, as one that
    names another investor waits for somebody to clear that. Nobody is written to. NotFound, Forbidden, Invalid,
    AlreadyDecided, NotCheckedYet, and what keeps the document from being changed."""
    record, system = _hold(actor, paper_id), Actor.system(actor.firm_id)
    if record.document_id is None:
        raise NotFound
    if get_document(system, record.document_id).versions[0].state is not VersionState.RELEASED:
        raise NotCheckedYet
    details = DocumentDetails(title, type_, Audience.ACCOUNT, period, record.account_id)
    describe_document(system, record.document_id, details)
    _decide(actor, record, PaperState.ACCEPTED, "")
    record_act(actor.user_id, "paper.accept", f"paper:{paper_id}", document=str(record.document_id))
    try:
        publish_document(actor, record.document_id, tell=False)
    except Conflict as refusal:  # it lies among the documents to be published, where the reason is shown and cleared
        log.info("accepted_paper_held_back", paper=str(paper_id), code=refusal.code)
        return False
    return True


@transactional
def return_paper(actor: Actor, paper_id: UUID, *, comment: str) -> None:
    """Send a paper back: who sent it is written to, and reads why. Its file is deleted, unless a hold keeps it.
    NotFound, Forbidden, Invalid without a comment, AlreadyDecided."""
    record, system = _hold(actor, paper_id), Actor.system(actor.firm_id)
    if not 0 < len(comment.strip()) <= LONGEST_NOTE:
        raise Invalid(fields={"comment": f"Say in at most {LONGEST_NOTE:,} characters why it comes back."})
    document = get_document(system, record.document_id) if record.document_id else None
    if document is not None and document.summary.state in SHOWN:
        raise AlreadyDecided("Its file is published, or waits to be. Take that back in the library first.")
    _decide(actor, record, PaperState.RETURNED, comment.strip())
    if document is not None and document.summary.state is DocumentState.DRAFT and not document.held:
        delete_document(system, document.id)
    enqueue("papers.tell", paper_id=str(paper_id))
    record_act(actor.user_id, "paper.return", f"paper:{paper_id}")


@transactional
def forget_papers(actor: Actor, user_id: UUID, account_ids: Sequence[UUID]) -> None:
    """Forget what a person sent and what was sent for these accounts; documents that came of it are the library's to
    destroy. The firm's machinery alone."""
    if actor.user_id is not None:
        raise Forbidden
    execute(FORGET, firm=actor.firm_id, user=user_id, accounts=list(account_ids))


def _hold(actor: Actor, paper_id: UUID) -> PaperRecord:
    """A paper that waits, which nobody else decides on before this operation ends."""
    require(actor, Permission.SEE_ALL_DOCUMENTS)
    if not can_decide(actor):
        raise Forbidden("Papers are accepted and sent back by who publishes documents.")
    record = session.get(PaperRecord, paper_id, with_for_update=True, populate_existing=True)
    if record is None:
        raise NotFound
    if record.state != PaperState.SENT:
        raise AlreadyDecided
    return record


def _decide(actor: Actor, record: PaperRecord, state: PaperState, comment: str) -> None:
    record.state, record.comment = state.value, comment
    record.decided_by, record.decided_at = actor.user_id, clock.now()
    session.flush()
