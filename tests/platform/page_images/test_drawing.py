"""Pages become pictures of what is on them; what cannot be drawn says so and takes nobody along."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from portal.platform.page_images import drawing
from portal.platform.page_images.drawing import MOST_AHEAD, draw_pages, mark_page
from portal.platform.page_images.values import WIDTH, Mark, NotDrawable, PageImage
from portal.platform.screening.values import MediaKind
from tests.platform.screening.other_files import huge_png, letter, picture
from tests.platform.screening.pdf_files import changed, clean_pdf

MARK = Mark(("Ada Lane · ada.lane@example.com", "23 Nov 2026, 15:04 UTC · 192.0.2.7"))


def seen(page: PageImage) -> Image.Image:
    with Image.open(io.BytesIO(page.content)) as image:
        return image.convert("RGB")


def dark_points(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    return sum(image.crop(box).convert("L").point(lambda value: value < 100).histogram()[1:])


def test_pages_show_what_is_on_them() -> None:
    first, second = draw_pages(clean_pdf("Capital account statement", pages=2), MediaKind.PDF, 1)
    assert (first.number, second.number) == (1, 2)
    assert first.width == WIDTH
    assert seen(first).size == (first.width, first.height)
    line = (100, 100, 700, 180)  # where the line stands, 82 points below the top of A4
    assert dark_points(seen(first), line) > 200
    assert dark_points(seen(first), (100, 900, 700, 1600)) == 0
    assert ImageChops.difference(seen(first), seen(second)).getbbox()


def test_text_is_kept_without_loss() -> None:
    (page,) = draw_pages(clean_pdf("Sharp"), MediaKind.PDF, 1)
    assert b"VP8L" in page.content[:32]


def form(value: str) -> bytes:
    kept = io.BytesIO()
    canvas = Canvas(kept, invariant=True)
    canvas.acroForm.textfield(name="name", value=value, x=72, y=600, width=300, height=40, fontSize=20)
    canvas.showPage()
    canvas.save()
    return kept.getvalue()


def test_what_was_filled_into_a_form_is_drawn() -> None:
    (filled,), (bare,) = (draw_pages(form(value), MediaKind.PDF, 1) for value in ("Lake Trust", ""))
    assert ImageChops.difference(seen(filled), seen(bare)).getbbox()


def test_a_long_document_is_drawn_from_the_page_that_is_asked_for() -> None:
    drawn = draw_pages(clean_pdf(pages=300), MediaKind.PDF, 250)
    assert [page.number for page in drawn] == list(range(250, 250 + len(drawn)))
    assert 1 <= len(drawn) <= MOST_AHEAD


@pytest.mark.parametrize("number", [4, 10_000, 0])
def test_a_page_that_is_not_there(number: int) -> None:
    with pytest.raises(NotDrawable):
        draw_pages(clean_pdf(pages=3), MediaKind.PDF, number)


def deep_grey() -> bytes:
    kept = io.BytesIO()
    levels = b"".join((level * 1638).to_bytes(2, "little") for level in range(40))
    Image.frombytes("I;16", (40, 30), levels * 30).save(kept, "PNG")
    return kept.getvalue()


PICTURES: dict[str, tuple[Callable[[], bytes], MediaKind]] = {
    "grey": (lambda: picture("PNG", mode="L"), MediaKind.PNG),
    "grey in 16 bits": (deep_grey, MediaKind.PNG),
    "with holes": (lambda: picture("PNG", mode="RGBA"), MediaKind.PNG),
    "of few colours": (lambda: picture("PNG", mode="P"), MediaKind.PNG),
    "black and white": (lambda: picture("PNG", mode="1"), MediaKind.PNG),
    "for print": (lambda: picture("JPEG", mode="CMYK"), MediaKind.JPEG),
    "a photograph": (lambda: picture("JPEG", size=(4000, 3000)), MediaKind.JPEG),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_drawn(name: str) -> None:
    make, kind = PICTURES[name]
    (page,) = draw_pages(make(), kind, 1)
    assert page.width == min(WIDTH, 40 if "photo" not in name else 4000)
    low, high = seen(page).convert("L").getextrema()
    assert low < 60  # a gradient, from dark to light
    assert high > 190


def test_holes_in_a_picture_are_white() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(kept, "PNG")
    (page,) = draw_pages(kept.getvalue(), MediaKind.PNG, 1)
    assert seen(page).getextrema() == ((255, 255),) * 3


def page_of_size(across: float, down: float) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].MediaBox = Array([0, 0, across, down])

    return changed(change)


@pytest.mark.parametrize("size", [(14_400, 14_400), (10, 14_400), (14_400, 10), (3, 3)])
def test_pages_of_any_size_stay_small(size: tuple[int, int]) -> None:
    (page,) = draw_pages(page_of_size(*size), MediaKind.PDF, 1)
    assert page.width <= WIDTH + 1
    assert page.height <= 3 * WIDTH + 1


def slow_page(document: pikepdf.Pdf) -> None:
    """A page that paints a million shadings over each other."""
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 600, 800]), Extend=Array([True, True]),
        Function=Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 0, 0]), C1=Array([0, 0, 1]), N=1),
    )  # fmt: skip
    document.add_blank_page(page_size=(595, 842))
    page = document.pages[-1]
    page.Resources = Dictionary(Shading=Dictionary(S=shading))
    page.Contents = document.make_stream(b"/S sh\n" * 1_000_000)


@pytest.mark.slow
def test_a_page_beyond_all_bounds_is_refused_and_the_one_before_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 2)
    content = changed(slow_page)
    (first,) = draw_pages(content, MediaKind.PDF, 1)
    assert first.number == 1
    with pytest.raises(NotDrawable):
        draw_pages(content, MediaKind.PDF, 2)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7\nnothing", MediaKind.PDF), (huge_png(), MediaKind.PNG), (picture("PNG")[:60], MediaKind.PNG)],
    ids=["damaged", "huge", "cut off"],
)
def test_what_cannot_be_read(content: bytes, kind: MediaKind) -> None:
    with pytest.raises(NotDrawable):
        draw_pages(content, kind, 1)


def test_other_kinds_have_no_pages() -> None:
    with pytest.raises(NotDrawable):
        draw_pages(letter(), MediaKind.DOCX, 1)


def test_the_mark_is_part_of_the_picture_everywhere_on_it() -> None:
    (page,) = draw_pages(clean_pdf(), MediaKind.PDF, 1)
    marked = mark_page(page, MARK)
    assert (marked.number, *seen(marked).size) == (page.number, page.width, page.height)
    difference = ImageChops.difference(seen(page), seen(marked))
    third, quarter = page.width // 3, page.height // 4
    for across in range(3):
        for down in range(4):
            box = (across * third, down * quarter, (across + 1) * third, (down + 1) * quarter)
            assert difference.crop(box).getbbox(), f"no mark in {box}"


def test_marks_differ_with_what_they_say() -> None:
    (page,) = draw_pages(clean_pdf(), MediaKind.PDF, 1)
    mine, theirs = mark_page(page, MARK), mark_page(page, Mark(("Ben Ortiz", MARK.lines[1])))
    assert mine.content != theirs.content


def test_the_mark_is_seen_on_black() -> None:
    kept = io.BytesIO()
    Image.new("RGB", (600, 800)).save(kept, "PNG")
    (page,) = draw_pages(kept.getvalue(), MediaKind.PNG, 1)
    assert seen(mark_page(page, MARK)).convert("L").getextrema()[1] > 30


@given(name=st.text(max_size=40))
def test_any_name_may_stand_in_a_mark(name: str) -> None:
    from portal.platform.page_images.drawing import _legible

    kept = _legible(name)
    assert kept == kept.strip()
    assert all(letter in name or letter == " " for letter in kept)


def test_a_mark_that_says_nothing_is_refused() -> None:
    (page,) = draw_pages(clean_pdf(), MediaKind.PDF, 1)
    with pytest.raises(NotDrawable):
        mark_page(page, Mark(("漢字",)))
