"""Pages as pictures for a reader: from the store where they were drawn before, else drawn now and kept.

A page is drawn when somebody asks for it, and a few after it, so that a long document opens as fast as a short one and
nobody waits for pages that are never read. At most half of the web processes draw at a time: the others go on serving.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from portal.domain.documents.reading.errors import CopyNotMade, PageNotShown
from portal.domain.documents.reading.queries.pages import list_kept_pages
from portal.domain.documents.reading.services.pages import keep_pages
from portal.domain.documents.reading.values.pages import KeptPage, Readable
from portal.platform import clock, formatting
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.page_images.drawing import draw_pages, mark_page, write_marked_copy
from portal.platform.page_images.values import MEDIA_TYPE, Mark, NotDrawable, PageImage
from portal.platform.resources import resources
from portal.platform.slots import take_slot
from portal.platform.storage.errors import ObjectDamaged, ObjectMissing
from portal.web.toolkit.session import actor, browser, signed_in


class Busy(Exception):
    """As many pages are being drawn as may be at a time; the same request may be served in a moment."""


def page_image(readable: Readable, number: int) -> PageImage:
    """Page `number` of what the person of this request may read, marked where it can only be read here. NotFound where
    there is none, PageNotShown where it cannot be drawn, Busy."""
    if not 1 <= number <= (readable.pages or 0):
        raise NotFound
    page, lost = _find(readable, number)
    if page is None:
        with _drawing():
            page = _draw(readable, number, lost)
    if readable.view_only:
        with _drawing():
            page = mark_page(page, _mark())
    return page


def marked_copy(readable: Readable) -> bytes:
    """A PDF of all pages as pictures, with for whom, when and where it was made across each; it is kept nowhere.
    CopyNotMade, Busy."""
    with _drawing():
        try:
            content = resources().store.get(readable.file_key, readable.digest)
            return write_marked_copy(content, readable.kind, _mark())
        except (ObjectMissing, ObjectDamaged, NotDrawable):
            raise CopyNotMade from None


def draw_first_pages(readable: Readable, first: int) -> None:
    """Have the pages from `first` on drawn before they are asked for one by one, where a process is free for it."""
    kept = list_kept_pages(actor(), readable.version_id, first=first, last=first)
    if kept or not 1 <= first <= (readable.pages or 0):
        return
    try:
        with _drawing():
            _draw(readable, first, ())
    except (Busy, PageNotShown):
        return  # the page says so when it is asked for


@contextmanager
def _drawing() -> Iterator[None]:
    settings = resources().settings
    with take_slot(settings.data_dir / "slots", "pages", max(1, settings.web_processes // 2)) as taken:
        if not taken:
            raise Busy
        yield


def _find(readable: Readable, number: int) -> tuple[PageImage | None, Sequence[str]]:
    """The page as it was drawn before, or None and the keys that lead to nothing any more."""
    for kept in list_kept_pages(actor(), readable.version_id, first=number, last=number):
        if kept.key is None:
            raise PageNotShown
        try:
            return PageImage(number, resources().store.get(kept.key), kept.width, kept.height), ()
        except ObjectMissing:
            return None, (kept.key,)
    return None, ()


def _draw(readable: Readable, number: int, lost: Sequence[str]) -> PageImage:
    """Draw and keep the page and those after it. Objects come before their rows; those of pages that somebody else
    drew meanwhile go."""
    store = resources().store
    try:
        drawn = draw_pages(store.get(readable.file_key, readable.digest), readable.kind, number)
    except (ObjectMissing, ObjectDamaged):
        raise PageNotShown from None
    except NotDrawable:
        keep_pages(actor(), readable.version_id, [KeptPage(number, None, 0, 0)])
        raise PageNotShown from None
    kept = [
        KeptPage(
            page.number,
            store.put(f"documents/pages/{new_id()}.webp", page.content, MEDIA_TYPE).key,
            page.width,
            page.height,
        )
        for page in drawn
    ]
    for key in keep_pages(actor(), readable.version_id, kept, lost=lost):
        store.delete(key)
    return drawn[0]


def _mark() -> Mark:
    """For whom, when and where; of staff who see the portal as an investor it names themselves."""
    person = signed_in()
    assert person is not None
    moment = formatting.moment(clock.now(), "en_GB", "UTC")
    return Mark((f"{person.author.name} · {person.email}", f"{moment} UTC · {browser().address}"))
