"""The finished file: everything in its place however a page is turned, the same bytes each time, and nothing lost."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import pikepdf
import pypdfium2
import pytest

from portal.domain.documents.signing.rules.marks import PRINTABLE
from portal.domain.documents.signing.values.certificates import CertificateEvent, Filled
from portal.domain.documents.signing.values.envelopes import EventKind
from portal.domain.documents.signing.values.fields import Box, FieldKind
from portal.domain.documents.signing.values.marks import Mark, MarkKind
from portal.printing.signing.certificates import print_certificate
from portal.printing.signing.files import print_signed_file
from portal.printing.typefaces import legible
from tests.factories.signing import AT, DRAWN_MARK, TYPED_MARK, make_box, make_certificate, make_field, write_document

KINDS = {
    FieldKind.SIGNATURE: TYPED_MARK.name,
    FieldKind.INITIALS: TYPED_MARK.initials,
    FieldKind.DATE: "2026-11-21",
    FieldKind.NAME: TYPED_MARK.name,
    FieldKind.TEXT: "Acme Holdings Ltd",
    FieldKind.CHECKBOX: "yes",
}


def signed(document: bytes, *filled: Filled) -> bytes:
    return print_signed_file(document, filled, make_certificate(filled)).content


def fill(kind: FieldKind, box: Box, page: int = 1, mark: Mark = TYPED_MARK) -> Filled:
    return Filled(make_field(kind, page, box), KINDS[kind], mark)


def changed(document: bytes, **changes: object) -> bytes:
    """The same document with these keys on its first page."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        for key, value in changes.items():
            pdf.pages[0].obj[f"/{key}"] = value
        pdf.save(target)
    return target.getvalue()


def text_of(document: bytes) -> list[str]:
    with pypdfium2.PdfDocument(document) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def ink(before: bytes, after: bytes, page: int) -> tuple[float, float, float, float]:
    """Where a page differs, as fractions of what is seen of it: left, top, right, bottom."""
    pictures = []
    for document in (before, after):
        with pypdfium2.PdfDocument(document) as pdf:
            pictures.append(pdf[page - 1].render(scale=2).to_pil().convert("L"))
    first, second = pictures
    assert first.size == second.size
    different = first.point(lambda _: 0)
    different.paste(255, mask=_differing(first, second))
    box = different.getbbox()
    assert box is not None, "nothing was drawn"
    return box[0] / first.width, box[1] / first.height, box[2] / first.width, box[3] / first.height


def _differing(first: object, second: object) -> object:
    from PIL import ImageChops

    return ImageChops.difference(first, second).point(lambda value: 255 if value > 40 else 0)  # type: ignore[arg-type]


def assert_inside(found: Sequence[float], box: Box) -> None:
    left, top, right, bottom = found
    x, y, width, height = map(float, (box.x, box.y, box.width, box.height))
    assert x - 0.01 <= left
    assert y - 0.01 <= top
    assert right <= x + width + 0.01
    assert bottom <= y + height + 0.01


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("kind", list(FieldKind))
def test_each_kind_of_field_is_drawn_in_its_box_however_the_page_is_turned(kind: FieldKind, turned: int) -> None:
    document, box = changed(write_document(2), Rotate=turned), make_box("0.55", "0.7", "0.3", "0.06")
    assert_inside(ink(document, signed(document, fill(kind, box)), 1), box)


@pytest.mark.parametrize("turned", [0, 90])
def test_what_is_drawn_follows_the_part_of_the_page_that_is_seen(turned: int) -> None:
    cropped = changed(write_document(1), MediaBox=[-50, -20, 545, 822], CropBox=[0, 100, 400, 700], Rotate=turned)
    box = make_box("0.1", "0.85", "0.4", "0.08")
    assert_inside(ink(cropped, signed(cropped, fill(FieldKind.SIGNATURE, box, mark=DRAWN_MARK)), 1), box)


def test_all_pages_are_there_and_the_certificate_behind_them() -> None:
    document = write_document(3)
    finished = signed(document, fill(FieldKind.SIGNATURE, make_box("0.6", "0.8"), page=3))
    pages = text_of(finished)

    assert pages[:2] == text_of(document)[:2]
    assert "page 3" in pages[2]
    assert TYPED_MARK.name in pages[2]
    assert "Certificate of signature" in pages[3]


def test_the_certificate_says_who_when_how_proven_and_of_what() -> None:
    said = " ".join(" ".join(text_of(signed(write_document()))[3:]).split())
    certificate = make_certificate(())

    for signature in certificate.signatures:
        for part in (signature.name, signature.role, signature.email, signature.address, signature.agent):
            assert part in said
        assert signature.shown in said
    for part in (certificate.title, certificate.original_digest, str(certificate.envelope_id), certificate.sender):
        assert part in said
    assert "2026-11-20 14:03:09" in said
    assert "Password and a code of a second factor" in said
    assert "Gil Hart passed it on to somebody else: Elena signs for the family" in said
    assert certificate.verify_at in said
    assert certificate.consents[0][1] in said
    assert hashlib.sha256(b"").hexdigest() not in said


def test_what_nobody_sent_is_told_as_the_firms() -> None:
    history = (CertificateEvent(AT, EventKind.SENT, "", ""), CertificateEvent(AT, EventKind.CANCELLED, "", ""))
    certificate = make_certificate((), sender="Larkspur Row Partners", history=history)
    said = " ".join(" ".join(text_of(print_certificate(certificate, "ab" * 32))).split())
    assert "Sent for signing by Larkspur Row Partners" in said
    assert "Taken back by Larkspur Row Partners" in said


def test_the_same_content_gives_the_same_bytes_and_another_mark_gives_others() -> None:
    document, box = write_document(), make_box("0.6", "0.8")
    first = signed(document, fill(FieldKind.SIGNATURE, box, mark=DRAWN_MARK))

    assert first == signed(document, fill(FieldKind.SIGNATURE, box, mark=DRAWN_MARK))
    assert first != signed(document, fill(FieldKind.SIGNATURE, box))


def test_every_typeface_is_embedded() -> None:
    finished = signed(write_document(1), fill(FieldKind.SIGNATURE, make_box("0.6", "0.8")))
    with pikepdf.open(io.BytesIO(finished)) as pdf:
        ours = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/FontDescriptor")]
    assert ours
    assert all("/FontFile2" in each.FontDescriptor for each in ours)


def test_whatever_may_be_typed_has_letters_to_print_it() -> None:
    typed = "".join(chr(code) for code in range(0x20, 0x2100) if PRINTABLE.fullmatch(chr(code)))
    assert legible(typed) == typed


def test_a_name_in_letters_we_have_none_for_is_printed_as_code_points() -> None:
    assert legible("李 Li") == " U+674E  Li"
    assert Mark(MarkKind.TYPED, "x", "x") != DRAWN_MARK


def test_a_page_that_says_nothing_of_where_it_ends_is_signed_all_the_same() -> None:
    """A page whose contents leave the graphics state changed."""
    with pikepdf.open(io.BytesIO(write_document(1))) as pdf:
        pdf.pages[0].contents_add(b"2 0 0 2 100 100 cm\n", prepend=True)
        target = io.BytesIO()
        pdf.save(target)
    box = make_box("0.6", "0.8")
    assert_inside(ink(target.getvalue(), signed(target.getvalue(), fill(FieldKind.SIGNATURE, box)), 1), box)
