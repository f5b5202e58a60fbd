"""A document: its pages, and what may be done with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.reading.policies import can_take, can_take_marked
from portal.domain.documents.reading.queries.acknowledgements import find_acknowledgement
from portal.domain.documents.reading.queries.pages import find_readable
from portal.domain.documents.reading.values.acknowledgements import text_for
from portal.domain.documents.reading.values.pages import Readable
from portal.domain.identity.access.policies import can
from portal.domain.identity.access.values import Permission
from portal.platform.errors import NotFound
from portal.web.documents.labels import TYPES
from portal.web.documents.narrowing import narrowed_list
from portal.web.documents.page_images import draw_first_pages
from portal.web.documents.pages import READERS
from portal.web.documents.readers import is_viewing
from portal.web.toolkit.access import requires_any
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
MOST_PAGES = 24


@blueprint.get("")
@requires_any(*READERS)
def index() -> Response:
    """The documents that the reader may see."""
    return page("documents/documents/index.html", **narrowed_list())


@blueprint.get("/<uuid:document_id>")
@requires_any(*READERS)
def show(document_id: UUID) -> Response:
    """A document as it is read: `from` is the first page shown, `by=page` shows one at a time; staff may name a
    `version`."""
    person, document = actor(), get_document(actor(), document_id)
    readable = find_readable(document, number=request.args.get("version", type=int))
    if readable is None and ("version" in request.args or not can(person, Permission.SEE_ALL_DOCUMENTS)):
        raise NotFound
    acknowledged = None if readable is None else find_acknowledgement(person, readable.version_id)
    return page(
        "documents/documents/show.html",
        document=document,
        readable=readable,
        types=TYPES,
        acknowledged=acknowledged,
        said=readable and text_for(readable.title, readable.number),
        asks=_asks(readable) and acknowledged is None,
        may_take=readable is not None and can_take(person, view_only=readable.view_only) and not is_viewing(),
        may_take_marked=readable is not None and can_take_marked(readable) and not is_viewing(),
        is_staff=can(person, Permission.SEE_ALL_DOCUMENTS),
        may_share=can(person, Permission.PUBLISH_DOCUMENTS),
        is_viewing=is_viewing(),
        **_view(readable),
    )


def _asks(readable: Readable | None) -> bool:
    """Whether an acknowledgement is asked of the person of this request."""
    return readable is not None and readable.must_acknowledge and can(actor(), Permission.SEE_DOCUMENTS)


def _view(readable: Readable | None) -> dict[str, Any]:
    """The pages that are shown at once, and the ways to those before and after."""
    count = 0 if readable is None else readable.pages or 0
    most = 1 if request.args.get("by") == "page" else MOST_PAGES
    first = min(max(request.args.get("from", 1, type=int), 1), max(count, 1))
    last = min(first + most - 1, count)
    if readable is not None and count:
        draw_first_pages(readable, first)
    return {
        "shown": range(first, last + 1),
        "count": count,
        "previous_url": _place(readable, max(1, first - most)) if first > 1 else None,
        "next_url": _place(readable, last + 1) if last < count else None,
        "by_page_url": _place(readable, first, by="page") if most > 1 else None,
    }


def _place(readable: Readable | None, first: int, **more: str) -> str:
    assert readable is not None
    kept = {name: request.args[name] for name in ("by", "version") if name in request.args} | more
    return url_for("documents.show", document_id=readable.document_id, **{"from": first}, **kept)  # type: ignore[arg-type]  # url_for takes any value
