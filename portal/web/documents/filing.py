"""Filing in bulk: a long PDF or an archive, whose each piece is, and their filing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.filing.queries.batches import get_batch, list_batches, list_part_keys, list_pieces
from portal.domain.documents.filing.queries.views import count_views, get_view
from portal.domain.documents.filing.services.batches import discard_batch, finish_receiving, keep_part, start_batch
from portal.domain.documents.filing.services.publishing import publish_batch
from portal.domain.documents.filing.services.reviewing import confirm_batch
from portal.domain.documents.filing.values.batches import LARGEST_PART, Batch, BatchState
from portal.domain.documents.library.policies import can_publish
from portal.domain.documents.reading.queries.pages import find_readable
from portal.domain.identity.access.values import Permission
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.platform.errors import Conflict, DomainError, Invalid
from portal.platform.pagination import Page, decode_cursor
from portal.platform.progress import find_progress
from portal.web.documents.documents import MOST_PAGES
from portal.web.documents.filing_forms import TYPES, BatchForm, PieceForm
from portal.web.documents.page_images import draw_first_pages
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import fragment, page
from portal.web.toolkit.session import actor

blueprint = Blueprint("filing", __name__, url_prefix="/documents/filing")
MOST, PIECES, OFFERED = 50, 50, 200
PART = 8 * 1024 * 1024  # bytes that the script sends at once
EDIT = Permission.EDIT_DOCUMENTS


@blueprint.get("")
@requires(EDIT)
def index() -> Response:
    """All batches, newest first."""
    place = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    rows = list_batches(actor(), before=None if place is None else (place[0], place[1]), most=MOST + 1)
    found = Page(rows, MOST, lambda each: (each.created_at.isoformat(), each.id))
    next_url = url_for("filing.index", cursor=found.next) if found.next else None
    return page("documents/filing/index.html", batches=found.items, types=TYPES, next_url=next_url)


@blueprint.get("/new")
@requires(EDIT)
def new() -> Response:
    """The form for a file."""
    form = BatchForm(formdata=None, title="{account}, {period}").offer(actor())
    return page("documents/filing/new.html", form=form, part=PART)


@blueprint.post("")
@requires(EDIT)
def create() -> Response | Redirect:
    """A batch of the uploaded file, or of one that comes in parts; or the form again."""
    form = BatchForm().offer(actor())
    if form.validate():
        try:
            return _to(_start(form))
        except DomainError as error:
            form.refuse(error)
    return page("documents/filing/new.html", 422, form=form, part=PART)


def _start(form: BatchForm) -> UUID:
    announced = form.announced()
    if announced is not None:
        return start_batch(actor(), form.details(), name=announced[0], size=announced[1])
    sent = form.upload()
    if sent is None:
        raise Invalid(fields={"file": "Choose a PDF document or a ZIP archive."})
    name, content = sent
    batch_id = start_batch(actor(), form.details(), name=name, size=len(content))
    for number, start in enumerate(range(0, len(content), LARGEST_PART)):
        keep_part(actor(), batch_id, number, content[start : start + LARGEST_PART])
    finish_receiving(actor(), batch_id)
    return batch_id


@blueprint.post("/<uuid:batch_id>/parts/<int:number>")
@requires(EDIT)
def part(batch_id: UUID, number: int) -> tuple[str, int]:
    """Keep a stretch of a file that is sent in parts: the body of the request."""
    keep_part(actor(), batch_id, number, request.get_data(cache=False))
    return "", 204


@blueprint.post("/<uuid:batch_id>/received")
@requires(EDIT)
def received(batch_id: UUID) -> Redirect:
    """Have the file read, now that all parts are here."""
    try:
        finish_receiving(actor(), batch_id)
    except (Conflict, Invalid) as error:
        flash(error.message, "warn")
    return _to(batch_id)


@blueprint.get("/<uuid:batch_id>")
@requires(EDIT)
def show(batch_id: UUID) -> Response:
    """How a batch stands: what is missing of it, its progress, its pieces."""
    batch = get_batch(actor(), batch_id)
    if batch.state is BatchState.RECEIVING:
        numbers = ",".join(str(number) for number in list_part_keys(actor(), batch_id))
        return page("documents/filing/receiving.html", batch=batch, numbers=numbers, part=PART)
    if batch.running:
        return page("documents/filing/progress.html", batch=batch, bar=_bar(batch))
    if batch.state is BatchState.FAILED:
        return page("documents/filing/failed.html", batch=batch)
    return show_pieces(batch, PieceForm(formdata=None))


def show_pieces(batch: Batch, form: PieceForm, status: int = 200, *, wrong: UUID | None = None) -> Response:
    """The page of a batch's pieces; `form` is what was wrong about the piece `wrong`."""
    doubtful = request.args.get("show") == "doubtful"
    (after,) = decode_cursor(request.args["cursor"], int) if "cursor" in request.args else (0,)
    rows = list_pieces(actor(), batch.id, after=after, most=PIECES + 1, doubtful=doubtful)
    found = Page(rows, PIECES, lambda each: (each.first,))
    shown = "doubtful" if doubtful else None
    next_url = url_for("filing.show", batch_id=batch.id, cursor=found.next, show=shown) if found.next else None
    return page(
        "documents/filing/show.html",
        status,
        batch=batch,
        pieces=found.items,
        types=TYPES,
        doubtful=doubtful,
        next_url=next_url,
        form=form,
        wrong=wrong,
        offered=list_accounts(actor(), most=OFFERED) if batch.state is BatchState.REVIEW else [],
        may_publish=can_publish(actor()),
        count=count_views(actor(), batch.id),
    )


@blueprint.get("/<uuid:batch_id>/_progress")
@requires(EDIT)
def progress(batch_id: UUID) -> Response:
    """The bar alone, asked for each second until the job is done."""
    batch = get_batch(actor(), batch_id)
    return fragment("documents/filing/_progress.html", batch=batch, bar=_bar(batch))


def _bar(batch: Batch) -> tuple[int, int | None]:
    """What is done, and of how much where that is known."""
    if batch.state is BatchState.FILING:
        return batch.filed, batch.matched
    if batch.state is BatchState.PUBLISHING:
        count = count_views(actor(), batch.id)
        return count.views - count.waiting, count.views
    told = find_progress(batch.id)
    return (told.done, told.total) if told is not None else (0, None)


@blueprint.get("/<uuid:batch_id>/confirm")
@requires(EDIT)
def ask(batch_id: UUID) -> Response:
    """What filing does, before it is done."""
    return page("documents/filing/confirm.html", batch=get_batch(actor(), batch_id), may_publish=can_publish(actor()))


@blueprint.post("/<uuid:batch_id>/confirm")
@requires(EDIT)
def confirm(batch_id: UUID) -> Redirect:
    """File the pieces that have an account."""
    try:
        chosen = request.form.get("publish")
        confirm_batch(actor(), batch_id, publish=chosen in {"yes", "quietly"}, tell=chosen != "quietly")
    except Conflict as error:
        flash(error.message, "warn")
    return _to(batch_id)


@blueprint.get("/<uuid:batch_id>/views/<int:number>")
@requires(Permission.EDIT_DOCUMENTS)
def view(batch_id: UUID, number: int) -> Response:
    """What the recipients of the filed piece `number` see, or will."""
    batch, seen, total = (
        get_batch(actor(), batch_id),
        get_view(actor(), batch_id, number),
        count_views(actor(), batch_id),
    )
    readable = find_readable(seen.document)
    count = 0 if readable is None else readable.pages or 0
    if readable is not None and count:
        draw_first_pages(readable, 1)
    return page(
        "documents/filing/view.html",
        batch=batch,
        view=seen,
        number=number,
        total=total,
        readable=readable,
        count=count,
        shown=range(1, min(count, MOST_PAGES) + 1),
        types=TYPES,
        by_page_url=None,
        is_viewing=False,
        may_publish=can_publish(actor()),
        previous_url=url_for("filing.view", batch_id=batch_id, number=number - 1) if number > 1 else None,
        next_url=url_for("filing.view", batch_id=batch_id, number=number + 1) if number < total.views else None,
    )


@blueprint.post("/<uuid:batch_id>/publish")
@requires(Permission.PUBLISH_DOCUMENTS)
def publish(batch_id: UUID) -> Redirect:
    """Have the drafts of a batch published."""
    try:
        publish_batch(actor(), batch_id, tell=request.form.get("tell") != "no")
    except Conflict as error:
        flash(error.message, "warn")
    return _to(batch_id)


@blueprint.get("/<uuid:batch_id>/discard")
@requires(EDIT)
def confirm_discard(batch_id: UUID) -> Response:
    """What discarding does."""
    return page("documents/filing/discard.html", batch=get_batch(actor(), batch_id))


@blueprint.post("/<uuid:batch_id>/discard")
@requires(EDIT)
def discard(batch_id: UUID) -> Redirect:
    """Forget a batch; what was filed of it stays."""
    try:
        discard_batch(actor(), batch_id)
    except Conflict as error:
        flash(error.message, "warn")
        return _to(batch_id)
    flash("The batch is discarded. What was filed of it stays.", "good")
    return redirect(url_for("filing.index"), 303)


def _to(batch_id: UUID) -> Redirect:
    return redirect(url_for("filing.show", batch_id=batch_id), 303)
