"""What staff say of the pieces of a batch before they are filed."""

from __future__ import annotations

from uuid import UUID

from portal.domain.documents.filing.errors import BatchChanged, NothingToFile
from portal.domain.documents.filing.models import BatchRecord
from portal.domain.documents.filing.queries.batches import get_batch, get_piece, list_pieces
from portal.domain.documents.filing.services.batches import move_batch
from portal.domain.documents.filing.values.batches import BatchKind, BatchState, Piece
from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.identity.audit.services import record_act
from portal.domain.people.investor_accounts.queries import get_account
from portal.platform.db import execute, session, transactional
from portal.platform.errors import Invalid
from portal.platform.ids import new_id
from portal.platform.outbox import enqueue

CHOOSE = """
UPDATE documents.pieces SET account_id = %(account)s, left_out = %(out)s, chosen_by = %(actor)s, confidence = NULL
WHERE firm_id = %(firm)s AND id = %(id)s
"""
SHORTEN = "UPDATE documents.pieces SET last = %(last)s WHERE firm_id = %(firm)s AND id = %(id)s"
INSERT = """
INSERT INTO documents.pieces (id, firm_id, batch_id, first, last, name, chosen_by)
VALUES (%(id)s, %(firm)s, %(batch)s, %(first)s, %(last)s, '', %(actor)s)
"""
CONFIRM = """
UPDATE documents.batches SET publish = %(publish)s, tell = %(tell)s, confirmed_by = %(actor)s WHERE id = %(id)s
"""


@transactional
def choose_account(actor: Actor, batch_id: UUID, piece_id: UUID, account_id: UUID | None) -> None:
    """Say whose a piece is, or that it is not to be filed (None). NotFound, BatchChanged."""
    piece = _held(actor, batch_id, piece_id)
    if account_id is not None:
        get_account(actor, account_id)
        if piece.problem is not None:
            raise Invalid("This file cannot be kept, so that it can only be left out.")
    execute(
        CHOOSE,
        firm=actor.firm_id,
        id=piece_id,
        account=account_id,
        out=account_id is None,
        actor=actor.user_id,
    )


@transactional
def split_piece(actor: Actor, batch_id: UUID, piece_id: UUID, *, after: int) -> None:
    """Cut a piece of a long document after a page; the second part is nobody's until somebody says whose it is.
    NotFound, BatchChanged, Invalid."""
    piece = _held(actor, batch_id, piece_id)
    if not piece.first <= after < piece.last:
        raise Invalid(f"Write a page from {piece.first} to {piece.last - 1}.")
    execute(SHORTEN, firm=actor.firm_id, id=piece_id, last=after)
    execute(
        INSERT,
        id=new_id(),
        firm=actor.firm_id,
        batch=batch_id,
        first=after + 1,
        last=piece.last,
        actor=actor.user_id,
    )


@transactional
def join_piece(actor: Actor, batch_id: UUID, piece_id: UUID) -> None:
    """Put the piece after this one to it; all of it is whose this one is. NotFound, BatchChanged, Invalid."""
    piece = _held(actor, batch_id, piece_id)
    following = list_pieces(actor, batch_id, after=piece.first, most=1)
    if get_batch(actor, batch_id).kind is not BatchKind.PDF or not following:
        raise Invalid("There are no pages after this piece that could be put to it.")
    execute(
        "DELETE FROM documents.pieces WHERE firm_id = %(firm)s AND id = %(id)s", firm=actor.firm_id, id=following[0].id
    )
    execute(SHORTEN, firm=actor.firm_id, id=piece_id, last=following[0].last)
    choose = piece.account_id
    if choose is not None:
        choose_account(actor, batch_id, piece_id, choose)


@transactional
def confirm_batch(actor: Actor, batch_id: UUID, *, publish: bool, tell: bool = True) -> None:
    """Have every piece that has an account filed, and published where `publish`, by mail unless nobody is to be told
    (`tell`); what has none stays unfiled. Forbidden, NotFound, BatchChanged, NothingToFile."""
    require(actor, Permission.EDIT_DOCUMENTS)
    if publish:
        require(actor, Permission.PUBLISH_DOCUMENTS)
    if get_batch(actor, batch_id).matched == 0:
        raise NothingToFile
    move_batch(actor, batch_id, BatchState.REVIEW, BatchState.FILING)
    execute(CONFIRM, id=batch_id, publish=publish, tell=tell, actor=actor.user_id)
    enqueue("documents.file_batch", batch_id=str(batch_id))
    record_act(actor.user_id, "filing.confirm", f"filing_batch:{batch_id}", publish=publish, tell=tell)


def _held(actor: Actor, batch_id: UUID, piece_id: UUID) -> Piece:
    """The piece of a batch that is under review, which stays so until this operation is done."""
    require(actor, Permission.EDIT_DOCUMENTS)
    get_batch(actor, batch_id)
    record = session.get(BatchRecord, batch_id, with_for_update=True, populate_existing=True)
    if record is None or record.state != BatchState.REVIEW:
        raise BatchChanged
    return get_piece(actor, batch_id, piece_id)
