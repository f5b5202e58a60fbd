"""Who read a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.reading.queries.pages import find_readable
from portal.domain.documents.reading.queries.receipts import list_page_times, list_receipts
from portal.domain.documents.reading.values.receipts import Receipt
from portal.domain.identity.access.values import Permission
from portal.platform.pagination import Page, decode_cursor
from portal.web.documents.labels import WAYS
from portal.web.toolkit.access import requires
from portal.web.toolkit.exports import Cell
from portal.web.toolkit.exports import export as export_rows
from portal.web.toolkit.freshness import fresh_file
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("receipts", __name__, url_prefix="/documents/receipts")
MOST = 50
COLUMNS = ("person", "staff", "version", "way", "times", "first_at", "last_at", "pages", "seconds", "address", "agent")


@blueprint.get("/<uuid:document_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index(document_id: UUID) -> Response:
    """Each reading, the latest first, and how long each page was looked at."""
    document = get_document(actor(), document_id)
    after = decode_cursor(request.args["cursor"], datetime, UUID) if "cursor" in request.args else None
    found = Page(
        list_receipts(actor(), document_id, after=after, most=MOST + 1), MOST, lambda each: (each.last_at, each.id)
    )
    readable = find_readable(document)
    return page(
        "documents/receipts/index.html",
        document=document,
        receipts=found.items,
        page_times=list_page_times(actor(), readable.version_id) if readable else [],
        ways=WAYS,
        next_url=url_for("receipts.index", document_id=document_id, cursor=found.next) if found.next else None,
    )


@blueprint.get("/<uuid:document_id>.<kind>")
@requires(Permission.SEE_ALL_DOCUMENTS)
@fresh_file
def export(document_id: UUID, kind: str) -> Response:
    """All readings of a document as a file."""
    get_document(actor(), document_id)
    return export_rows(kind, "receipts", COLUMNS, _rows(_every_receipt(document_id)))


def _every_receipt(document_id: UUID) -> Iterator[Receipt]:
    person, after = actor(), None
    while found := list_receipts(person, document_id, after=after, most=1_000):
        yield from found
        after = found[-1].last_at, found[-1].id


def _rows(receipts: Iterable[Receipt]) -> Iterator[list[Cell]]:
    for each in receipts:
        yield [
            each.name,
            "yes" if each.is_staff else "no",
            each.version,
            WAYS[each.way],
            each.times,
            _moment(each.first_at),
            _moment(each.last_at),
            each.pages,
            each.seconds,
            each.address,
            each.agent,
        ]


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")
