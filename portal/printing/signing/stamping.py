"""Putting what we drew onto a document that strangers made. To be called in a confined process only: it reads their
bytes."""

from __future__ import annotations

from pathlib import Path

import pikepdf
from pikepdf import Name, Object, Page, Pdf, Rectangle


def measure(source: str, most: int) -> list[tuple[float, float]]:
    """Width and height of each of the first `most` pages as they are seen, in points, before any enlargement."""
    with Pdf.open(source) as document:
        return [_seen(page) for page in document.pages[:most]]


def stamp(source: str, overlay: str, numbers: list[int], target: str) -> None:
    """Write to `target` the document with the pages of `overlay` over those of it that `numbers` (from 1) name. The
    same files give the same bytes."""
    with Pdf.open(source) as document, Pdf.open(overlay) as drawn:
        for number, sheet in zip(numbers, drawn.pages, strict=True):
            _lay_over(document.pages[number - 1], document.copy_foreign(sheet.as_form_xobject()))
        _write(document, target)


def append(source: str, certificate: str, target: str) -> int:
    """Write to `target` the document with the pages of `certificate` after its own; how many there are."""
    with Pdf.open(source) as document, Pdf.open(certificate) as added:
        document.pages.extend(added.pages)
        _write(document, target)
        return len(document.pages)


def _lay_over(page: Page, drawn: Object) -> None:
    """Put `drawn` over what is seen of a page, upright however the page is turned. It has one name, where pikepdf's own
    way takes another each time."""
    name = page.add_resource(drawn, Name.XObject, Name.SignedHere)
    placed = page.calc_form_xobject_placement(drawn, name, _frame(page), allow_expand=True)
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"Q\n")
    page.contents_add(placed)


def _write(document: Pdf, target: str) -> None:
    """The document whole and without what says of it that it was not changed since."""
    for key in ("/Perms", "/DSS"):
        if key in document.Root:
            del document.Root[key]
    document.save(
        Path(target), deterministic_id=True, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate
    )


def _frame(page: Page) -> Rectangle:
    """What of the page is seen: the part of the crop box that lies on the sheet."""
    crop, media = Rectangle(page.cropbox), Rectangle(page.mediabox)
    seen = Rectangle(
        max(crop.llx, media.llx), max(crop.lly, media.lly), min(crop.urx, media.urx), min(crop.ury, media.ury)
    )
    return seen if seen.width > 0 and seen.height > 0 else media


def _seen(page: Page) -> tuple[float, float]:
    frame = _frame(page)
    width, height = float(frame.width), float(frame.height)
    return (height, width) if int(page.rotation) % 180 == 90 else (width, height)
