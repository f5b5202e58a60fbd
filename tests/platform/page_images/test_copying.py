"""A copy has every page with the mark across it, and nothing of the file but how it looks."""

from __future__ import annotations

import io

import pypdf
import pytest
from PIL import Image, ImageChops

from portal.platform.page_images.drawing import MOST_COPIED, draw_pages, write_marked_copy
from portal.platform.page_images.values import NotDrawable
from portal.platform.screening.values import MediaKind
from tests.platform.page_images.test_drawing import MARK, seen
from tests.platform.screening.other_files import huge_png, picture
from tests.platform.screening.pdf_files import changed, clean_pdf, named_script


def pages_of(copy: bytes) -> list[Image.Image]:
    return [page.images[0].image.convert("RGB") for page in pypdf.PdfReader(io.BytesIO(copy)).pages]


def test_each_page_bears_the_mark_and_shows_what_was_on_it() -> None:
    content = clean_pdf("Capital account statement", pages=3)
    copied = pages_of(write_marked_copy(content, MediaKind.PDF, MARK))
    drawn = [page for first in (1, 2, 3) for page in draw_pages(content, MediaKind.PDF, first)[:1]]
    assert len(copied) == 3
    for copy, page in zip(copied, map(seen, drawn), strict=True):
        assert copy.size == page.size
        difference = ImageChops.difference(copy, page).convert("L").point(lambda value: 255 * (value > 24))
        box = difference.getbbox()
        assert box is not None
        assert (box[2] - box[0], box[3] - box[1]) > (0.9 * page.width, 0.9 * page.height), "all over the page"
        changed_points = difference.histogram()[255] / (page.width * page.height)
        assert 0.01 < changed_points < 0.3, "and the page is still to be read"


def test_nothing_of_the_file_is_in_it_but_pictures() -> None:
    copy = write_marked_copy(changed(named_script), MediaKind.PDF, MARK)
    document = pypdf.PdfReader(io.BytesIO(copy))
    assert "".join(page.extract_text() for page in document.pages) == ""
    assert b"JavaScript" not in copy
    assert not document.attachments


def test_a_picture_is_one_page() -> None:
    (page,) = pages_of(write_marked_copy(picture("PNG"), MediaKind.PNG, MARK))
    assert page.getbbox()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (clean_pdf(pages=MOST_COPIED + 1), MediaKind.PDF),
        (b"%PDF-1.4 nothing", MediaKind.PDF),
        (huge_png(), MediaKind.PNG),
        (b"a,b", MediaKind.CSV),
    ],
    ids=["long", "damaged", "huge", "table"],
)
def test_what_cannot_be_copied_is_refused(content: bytes, kind: MediaKind) -> None:
    with pytest.raises(NotDrawable):
        write_marked_copy(content, kind, MARK)
