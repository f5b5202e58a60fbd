"""The pieces of a batch: whose each is, where it ends."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.filing.queries.batches import get_batch
from portal.domain.documents.filing.services.reviewing import choose_account, join_piece, split_piece
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Conflict, Invalid
from portal.web.documents.filing import show_pieces
from portal.web.documents.filing_forms import PieceForm
from portal.web.toolkit.access import requires
from portal.web.toolkit.session import actor

blueprint = Blueprint("pieces", __name__, url_prefix="/documents/pieces/<uuid:batch_id>/<uuid:piece_id>")
EDIT = Permission.EDIT_DOCUMENTS


@blueprint.post("")
@requires(EDIT)
def choose(batch_id: UUID, piece_id: UUID) -> Response | Redirect:
    """Say whose a piece is, or the page again with what is wrong."""
    form = PieceForm()
    if form.validate():
        account_id = form.find(actor())
        if account_id is not None:
            return _done(batch_id, piece_id, lambda: choose_account(actor(), batch_id, piece_id, account_id))
        form.account.errors = ["There is no account of this name or number."]
    return show_pieces(get_batch(actor(), batch_id), form, 422, wrong=piece_id)


@blueprint.post("/leave-out")
@requires(EDIT)
def leave_out(batch_id: UUID, piece_id: UUID) -> Redirect:
    """Say that a piece is not to be filed."""
    return _done(batch_id, piece_id, lambda: choose_account(actor(), batch_id, piece_id, None))


@blueprint.post("/split")
@requires(EDIT)
def split(batch_id: UUID, piece_id: UUID) -> Redirect:
    """Cut a piece after a page."""
    after = request.form.get("after", 0, type=int)
    return _done(batch_id, piece_id, lambda: split_piece(actor(), batch_id, piece_id, after=after))


@blueprint.post("/join")
@requires(EDIT)
def join(batch_id: UUID, piece_id: UUID) -> Redirect:
    """Put the piece after this one to it."""
    return _done(batch_id, piece_id, lambda: join_piece(actor(), batch_id, piece_id))


def _done(batch_id: UUID, piece_id: UUID, act: Callable[[], None]) -> Redirect:
    try:
        act()
    except (Conflict, Invalid) as error:
        flash(error.message, "warn")
    place = url_for("filing.show", batch_id=batch_id, cursor=request.args.get("cursor"), show=request.args.get("show"))
    return redirect(f"{place}#piece-{piece_id}", 303)
