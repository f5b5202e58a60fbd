"""Pages of a shared document as pictures, drawn when a reader outside asks for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from werkzeug.exceptions import ServiceUnavailable

from portal.domain.documents.sharing.errors import ShareClosed
from portal.domain.documents.sharing.values import SharedDocument
from portal.platform import clock, formatting
from portal.platform.keeping import Kept
from portal.platform.page_images.drawing import draw_pages, mark_page
from portal.platform.page_images.values import Mark, NotDrawable, PageImage
from portal.platform.resources import resources
from portal.platform.screening.values import MediaKind
from portal.platform.slots import take_slot
from portal.platform.storage.errors import ObjectDamaged

PATIENCE, LOOK_AGAIN_SECONDS = 5.0, 0.1
_DRAWN: Kept[bytes] = Kept(32_000_000)  # of the documents that are being read now


def shared_page(document: SharedDocument, number: int) -> bytes:
    """Page `number` of a shared document as WebP, marked where it can only be read here. ShareClosed where there is
    none, ServiceUnavailable while as many pages are drawn as may be at a time."""
    if not 1 <= number <= (document.pages or 0):
        raise ShareClosed
    try:
        with _drawing():
            page = _drawn(document, number)
            return mark_page(page, _mark(document)).content if document.view_only else page.content
    except (NotDrawable, ObjectDamaged) as error:
        raise ShareClosed("This page cannot be shown.") from error


@contextmanager
def _drawing() -> Iterator[None]:
    """A place for drawing, which is there in a moment where others have them all: a page shows one picture."""
    settings, end = resources().settings, time.monotonic() + PATIENCE
    while True:
        with take_slot(settings.data_dir / "slots", "pages", max(1, settings.web_processes // 2)) as taken:
            if taken:
                yield
                return
        if time.monotonic() >= end:
            raise ServiceUnavailable
        time.sleep(LOOK_AGAIN_SECONDS)


def _drawn(document: SharedDocument, number: int) -> PageImage:
    kept = _DRAWN.find(_key(document, number))
    if kept is not None:
        return PageImage(number, kept, 0, 0)
    content = resources().store.get(document.file_key, document.digest)
    pages = draw_pages(content, MediaKind(document.kind), number)
    for page in pages:
        _DRAWN.keep(_key(document, page.number), page.content)
    return pages[0]


def _key(document: SharedDocument, number: int) -> str:
    return f"{document.version_id}:{number}"


def _mark(document: SharedDocument) -> Mark:
    moment = formatting.moment(clock.now(), document.locale, document.time_zone)
    return Mark((f"{document.name} · {document.email}", f"{moment} · {request.remote_addr or ''}"))
