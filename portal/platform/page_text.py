"""The text of files, page by page, read where nothing can be stolen; of a picture there is none.

A long document is read a range of pages at a time, each in a process of its own, so that bounds on memory and time
hold however long it is.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.platform.confined import Exhausted, run_confined

RANGE = 200  # pages read by one process: a second or two
BLANK = "\f"  # the text of a page on which nothing is drawn: nothing on it is left unread
_LONGEST_PAGE = 100_000  # letters of a piece of what has no pages
_LONGEST_ANSWER = 3_000_000  # bytes that one process tells
_CUT = re.compile("[\x02\ufffe\u00ad]\n?")  # how a word that is cut at a line's end comes out of a document
_KEYS = (b"Contents", b"V")


def count_pages(source: Path) -> int:
    """The pages of a PDF; Exhausted where it cannot be read."""
    count: int = run_confined("portal.platform.page_text:_counted", source=str(source))
    return count


def read_pages(source: Path, kind: str) -> Iterator[str]:
    """The text of each page of the file, lines kept: of a PDF each page, of a workbook each sheet, of others one; what
    is long in pieces. A page that cannot be read is empty, and so is a picture; one with nothing on it is BLANK.

    `kind` is the extension (pdf, docx, xlsx, csv, png, jpg). Raises Exhausted where the file itself cannot be opened.
    """
    if kind != "pdf":
        yield from run_confined("portal.platform.page_text:_whole", source=str(source), kind=kind)
        return
    place, last = 0, 1
    while place < last:
        texts, last = _read_range(source, place, place + RANGE)
        yield from texts
        place += len(texts)


def _read_range(source: Path, first: int, last: int) -> tuple[list[str], int]:
    """The first of the pages from `first` up to but not `last`, one at least, and how many the document has; what is
    too much for one process is halved."""
    while True:
        try:
            found = run_confined("portal.platform.page_text:_pages", source=str(source), first=first, last=last)
        except Exhausted:
            if last - first == 1:
                return [""], count_pages(source)
            last = (first + last) // 2
        else:
            return found["texts"], found["count"]


def _counted(source: str) -> int:
    return len(_document(source))


def _document(source: str) -> Any:
    import pypdfium2  # loads its library: only where a document is read

    return pypdfium2.PdfDocument(source)


def _pages(source: str, first: int, last: int) -> dict[str, Any]:
    """As many pages as one answer holds, one at least, and how many there are."""
    document, told, size = _document(source), list[str](), 0
    for number in range(first, min(last, len(document))):
        text = _page(document[number])
        size += 6 * len(text)  # as JSON writes the widest
        if told and size > _LONGEST_ANSWER:
            break
        told.append(text)
    return {"texts": told, "count": len(document)}


def _page(page: Any) -> str:
    """What is written on a page, then what is written in its remarks and fields."""
    letters = page.get_textpage()
    text = letters.get_text_range().replace("\r\n", "\n").replace("\r", "\n")
    letters.close()
    lines = [_CUT.sub("", text).replace("\x00", ""), *_remarks(page)]
    nothing = BLANK if _is_blank(page) else ""
    page.close()
    return "\n".join(line for line in lines if line.strip()) or nothing


def _is_blank(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    return not pdfium.FPDFPage_CountObjects(page) and not pdfium.FPDFPage_GetAnnotCount(page)


def _remarks(page: Any) -> Iterator[str]:
    import pypdfium2.raw as pdfium

    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        remark = pdfium.FPDFPage_GetAnnot(page, number)
        for key in _KEYS:
            size = pdfium.FPDFAnnot_GetStringValue(remark, key, None, 0)
            letters = (pdfium.FPDF_WCHAR * (size // 2))()
            pdfium.FPDFAnnot_GetStringValue(remark, key, letters, size)
            yield bytes(letters).decode("utf-16-le", errors="replace").strip("\x00")
        pdfium.FPDFPage_CloseAnnot(remark)


def _whole(source: str, kind: str) -> list[str]:
    """The text of a file without pages."""
    reader = {"csv": _table, "docx": _letter, "xlsx": _workbook}.get(kind)
    return [""] if reader is None else reader(Path(source))


def _table(source: Path) -> list[str]:
    text = source.read_text("utf-8", errors="replace")
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count))
    return _paged(" ".join(row) for row in rows)


def _letter(source: Path) -> list[str]:
    from defusedxml import ElementTree

    lines = []
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                root = ElementTree.fromstring(archive.read(name), forbid_dtd=True)
                paragraphs = (each for each in root.iter() if each.tag.endswith("}p"))
                lines += [
                    "".join(run.text or "" for run in each.iter() if run.tag.endswith("}t")) for each in paragraphs
                ]
    return _paged(iter(lines))


def _workbook(source: Path) -> list[str]:
    import openpyxl

    sheets = []
    with source.open("rb") as file:
        for sheet in openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets:
            rows = sheet.iter_rows(values_only=True)
            sheets += _paged(" ".join(str(cell) for cell in row if cell is not None) for row in rows)
    return sheets


def _paged(lines: Iterator[str]) -> list[str]:
    """Lines in pieces that are about as long as a page may be."""
    pages, current, size = list[str](), list[str](), 0
    for line in lines:
        if size + len(line) > _LONGEST_PAGE and current:
            pages.append("\n".join(current))
            current, size = [], 0
        current.append(line)
        size += len(line) + 1
    return [*pages, "\n".join(current)]
