"""Small files as people save them, for the tests of imports."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook


def csv_file(rows: Iterable[Sequence[object]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The rows as delimited text in an encoding."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(sheets: Mapping[str, Iterable[Sequence[object]]], *, hidden: Iterable[str] = ()) -> bytes:
    """A workbook with one sheet per name."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _ended(part: bytes) -> bytes:
    """With empty elements ended in one way, whichever writer of XML it comes from."""
    return part.replace(b" />", b"/>").replace(b"<v></v>", b"<v/>")


def with_part(workbook: bytes, name: str, change: tuple[bytes, bytes]) -> bytes:
    """The workbook with one stretch of bytes in one of its parts replaced."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            part = _ended(old.read(member))
            if member == name:
                before, after = map(_ended, change)
                assert before in part
                part = part.replace(before, after)
            new.writestr(member, part)
    return content.getvalue()
