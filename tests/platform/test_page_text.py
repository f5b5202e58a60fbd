"""The text of pages, read in processes of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pikepdf import Array, Dictionary, Name, Pdf, String

from portal.platform import page_text
from portal.platform.confined import Exhausted
from portal.platform.page_text import count_pages, read_pages
from tests.platform.screening.clean_pdfs import drawn
from tests.platform.screening.other_files import letter, picture, workbook
from tests.platform.screening.pdf_files import changed, clean_pdf


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    def keep(content: bytes) -> Path:
        (tmp_path / "file").write_bytes(content)
        return tmp_path / "file"

    return keep


def test_each_page_is_told_in_order(kept: Callable[[bytes], Path]) -> None:
    source = kept(clean_pdf("Lake Trust", "Account 4711 of", pages=3))
    assert count_pages(source) == 3
    assert list(read_pages(source, "pdf")) == [f"Lake Trust {n}\nAccount 4711 of {n}" for n in (1, 2, 3)]


def test_a_long_document_is_read_by_several_processes(
    kept: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_text, "RANGE", 7)
    source = kept(clean_pdf("Page", pages=20))
    assert list(read_pages(source, "pdf")) == [f"Page {number}" for number in range(1, 21)]


def test_what_is_more_than_one_answer_holds_is_read_on(kept: Callable[[bytes], Path]) -> None:
    source = kept(clean_pdf(*("A line of the ledger that is rather long" * 9 for _ in range(40)), pages=60))
    told = list(read_pages(source, "pdf"))
    assert len(told) == 60
    assert all(page.count("\n") == 39 for page in told)
    assert sum(map(len, told)) * 6 > page_text._LONGEST_ANSWER


def test_remarks_and_fields_are_told_too(kept: Callable[[bytes], Path]) -> None:
    def remark(document: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("For Ada Łoś"))
        document.pages[0].obj.Annots = Array([document.make_indirect(note)])

    form = drawn(lambda canvas: canvas.acroForm.textfield(name="holder", value="Lake Holder", x=72, y=600, width=200))
    assert "For Ada Łoś" in next(read_pages(kept(changed(remark)), "pdf"))
    assert "Lake Holder" in next(read_pages(kept(form), "pdf"))


def test_a_page_that_is_too_much_is_empty_and_the_others_are_told(
    kept: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(call: str, /, **given: Any) -> Any:
        if call.endswith("_counted"):
            return 6
        if given["first"] <= 2 < given["last"]:
            raise Exhausted
        return {"count": 6, "texts": [str(number) for number in range(given["first"], min(given["last"], 6))]}

    monkeypatch.setattr(page_text, "run_confined", fails)
    assert list(read_pages(kept(b""), "pdf")) == ["0", "1", "", "3", "4", "5"]


def test_letters_tell_headers_and_tables(kept: Callable[[bytes], Path]) -> None:
    document, content = Document(io.BytesIO(letter("Dear Lake Trust"))), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = "To Ann Investor"
    document.add_table(1, 1).cell(0, 0).text = "EIN 12-3456789"
    document.save(content)
    (told,) = read_pages(kept(content.getvalue()), "docx")
    assert {"Dear Lake Trust", "To Ann Investor", "EIN 12-3456789"} <= set(told.split("\n"))


def test_workbooks_tell_each_sheet_and_tables_each_row(kept: Callable[[bytes], Path]) -> None:
    assert list(read_pages(kept(workbook(("Lake Trust", 5))), "xlsx")) == ["Lake Trust 5"]
    assert list(read_pages(kept(b'a;b\n"Lake; Trust";5\n'), "csv")) == ["a b\nLake; Trust 5"]


def test_pictures_tell_nothing_and_broken_files_are_an_error(kept: Callable[[bytes], Path]) -> None:
    assert list(read_pages(kept(picture("PNG")), "png")) == [""]
    with pytest.raises(Exhausted):
        list(read_pages(kept(b"%PDF-1.4 nothing"), "pdf"))
    with pytest.raises(Exhausted):
        list(read_pages(kept(b"PK nothing"), "docx"))
