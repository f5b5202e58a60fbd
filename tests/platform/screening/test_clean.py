"""Files as people have them are accepted, and say afterwards what they said before."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pypdf
import pypdfium2
import pytest
from docx import Document
from PIL import Image, ImageChops, ImageOps

from portal.platform.screening.screening import screen_file
from portal.platform.screening.values import Screened
from tests.platform.screening.clean_others import (
    CLEAN_BOOKS,
    CLEAN_JPEGS,
    CLEAN_LETTERS,
    CLEAN_PNGS,
    CLEAN_TABLES,
)
from tests.platform.screening.clean_pdfs import CLEAN_PDFS, edited_later


def screened(folder: Path, name: str, content: bytes) -> tuple[Screened, bytes]:
    """What screening says of `content`, and what it keeps."""
    (folder / "given").write_bytes(content)
    said = screen_file(folder / "given", folder / "kept", name)
    return said, (folder / "kept").read_bytes()


def texts(content: bytes) -> Sequence[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def seen(content: bytes) -> Image.Image:
    """The first page, as a reader shows it."""
    page: Image.Image = pypdfium2.PdfDocument(content)[0].render(scale=0.5).to_pil()
    return page


@pytest.mark.parametrize("case", CLEAN_PDFS)
def test_a_document_is_kept_byte_for_byte(tmp_path: Path, case: str) -> None:
    content = CLEAN_PDFS[case]()
    said, kept = screened(tmp_path, "statement.pdf", content)
    assert said.removed == ()
    assert said.pages == len(pypdf.PdfReader(io.BytesIO(content)).pages)
    assert kept == content


def test_a_document_edited_later_says_what_it_said_last(tmp_path: Path) -> None:
    content = edited_later()
    said, kept = screened(tmp_path, "statement.pdf", content)
    assert said.removed == ("earlier versions of the document",)
    assert texts(kept) == texts(content)
    assert ImageChops.difference(seen(kept), seen(content)).getbbox() is None
    assert pypdf.PdfReader(io.BytesIO(kept)).root_object["/Lang"] == "en"
    assert kept.count(b"startxref") == 1


@pytest.mark.parametrize("case", CLEAN_PNGS)
def test_a_drawing_keeps_each_point(tmp_path: Path, case: str) -> None:
    content = CLEAN_PNGS[case]()
    _, kept = screened(tmp_path, "drawing.png", content)
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(kept))
    assert after.mode == before.mode
    if before.mode == "I;16":
        assert after.tobytes() == before.tobytes()
    else:
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


@pytest.mark.parametrize("case", CLEAN_JPEGS)
def test_a_photograph_looks_the_same_and_stands_upright(tmp_path: Path, case: str) -> None:
    content = CLEAN_JPEGS[case]()
    _, kept = screened(tmp_path, "photo.jpeg", content)
    before, after = ImageOps.exif_transpose(Image.open(io.BytesIO(content))), Image.open(io.BytesIO(kept))
    assert after.mode == before.mode
    assert after.size == before.size
    difference = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
    assert max(high for _, high in difference.getextrema()) <= 8, "drawn anew at high quality"


def test_a_telephone_s_picture_of_50_million_points_fits_into_the_memory(tmp_path: Path) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (8_160, 6_120), (90, 120, 150)).save(kept, "JPEG", quality=60)
    said, _ = screened(tmp_path, "photo.jpg", kept.getvalue())
    assert said.pages == 1


@pytest.mark.parametrize("case", CLEAN_BOOKS)
def test_a_workbook_keeps_cells_and_drawings(tmp_path: Path, case: str) -> None:
    content = CLEAN_BOOKS[case]()
    said, kept = screened(tmp_path, "holdings.xlsx", content)
    assert said.removed == ()
    for options in ({}, {"data_only": True}):
        before, after = (openpyxl.load_workbook(io.BytesIO(each), **options) for each in (content, kept))
        assert after.sheetnames == before.sheetnames
        for name in before.sheetnames:
            assert list(after[name].values) == list(before[name].values)
            assert len(after[name]._charts) == len(before[name]._charts)
            assert len(after[name]._images) == len(before[name]._images)


@pytest.mark.parametrize("case", CLEAN_LETTERS)
def test_a_letter_keeps_text_tables_and_pictures(tmp_path: Path, case: str) -> None:
    content = CLEAN_LETTERS[case]()
    said, kept = screened(tmp_path, "letter.docx", content)
    assert said.removed == ()
    before, after = Document(io.BytesIO(content)), Document(io.BytesIO(kept))
    assert after.element.xml == before.element.xml
    assert after.sections[0].header.paragraphs[0].text == before.sections[0].header.paragraphs[0].text
    assert len(after.inline_shapes) == len(before.inline_shapes)


@pytest.mark.parametrize("case", CLEAN_TABLES)
def test_a_table_keeps_each_letter(tmp_path: Path, case: str) -> None:
    content, text = CLEAN_TABLES[case]
    _, kept = screened(tmp_path, "table.csv", content)
    assert kept.decode() == text


def test_the_corpus_is_as_large_as_promised() -> None:
    kinds = (CLEAN_PDFS, CLEAN_PNGS, CLEAN_JPEGS, CLEAN_BOOKS, CLEAN_LETTERS, CLEAN_TABLES)
    assert sum(len(kind) for kind in kinds) + 2 >= 50
