"""Documents that are to be signed, as pictures of their pages.

Pages are drawn when they are asked for and kept by the process for a while: signing is rare and its documents are
short, so that nothing is written for them. At most half of the web processes draw at a time: the others go on serving.
"""

from __future__ import annotations

from collections import OrderedDict

from flask import Response

from portal.platform.errors import NotFound
from portal.platform.page_images.drawing import draw_pages
from portal.platform.page_images.values import MEDIA_TYPE, NotDrawable
from portal.platform.resources import resources
from portal.platform.screening.values import MediaKind
from portal.platform.slots import take_slot
from portal.platform.storage.errors import ObjectDamaged, ObjectMissing

MOST_KEPT = 48
SOON = "1"
_kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()


def page_picture(file_key: str, digest: str, pages: int, number: int) -> Response:
    """Page `number` of a PDF of the store that has this digest, for whoever was just found to be allowed it. NotFound
    where there is none; 503 where as many pages are being drawn as may be."""
    if not 1 <= number <= pages:
        raise NotFound
    content = _kept.get((file_key, number))
    if content is None:
        settings = resources().settings
        with take_slot(settings.data_dir / "slots", "pages", max(1, settings.web_processes // 2)) as taken:
            if not taken:
                return _answer(Response(status=503, headers={"Retry-After": SOON}))
            content = _draw(file_key, digest, number)
    return _answer(Response(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"}))


def _draw(file_key: str, digest: str, number: int) -> bytes:
    try:
        drawn = draw_pages(resources().store.get(file_key, digest), MediaKind.PDF, number)
    except (NotDrawable, ObjectDamaged, ObjectMissing):
        raise NotFound("This page cannot be shown here. Open the file instead.") from None
    for page in drawn:
        _kept[file_key, page.number] = page.content
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return drawn[0].content


def _answer(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response
