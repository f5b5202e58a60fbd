"""Pictures, Office files and tables for tests: clean ones, and ones that are not what they seem."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import openpyxl
from docx import Document
from PIL import Image

RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}" TargetMode="External"/></Relationships>'
)


def picture(form: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    kept = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(kept, form, **options)  # type: ignore[arg-type]
    return kept.getvalue()


def huge_png(side: int = 30_000) -> bytes:
    """A picture of `side` × `side` points in a few hundred kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows or (("Account", "Amount"), ("Lake Trust", 1250.5)):
        book.active.append(row)
    book.save(kept)
    return kept.getvalue()


def letter(*paragraphs: str) -> bytes:
    document, kept = Document(), io.BytesIO()
    for paragraph in paragraphs or ("Dear investor", "Please find the notice."):
        document.add_paragraph(paragraph)
    document.save(kept)
    return kept.getvalue()


def repacked(
    content: bytes,
    added: Mapping[str, bytes | str] | None = None,
    replaced: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """The archive with parts `added`, and within parts one text `replaced` by another."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if replaced and name in replaced:
                before, after = (text.encode() for text in replaced[name])
                assert before in part, name
                part = part.replace(before, after)
            if not added or name not in added:
                new.writestr(name, part)
        for name, value in (added or {}).items():
            new.writestr(name, value)
    return kept.getvalue()


def zeros_inside(content: bytes, megabytes: int) -> bytes:
    """The archive with a part that unpacks to so many megabytes of nothing."""
    kept = io.BytesIO(content)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/zeros.xml", "w") as part:
        for _ in range(megabytes):
            part.write(bytes(1_000_000))
    return kept.getvalue()


def lying_about_size(content: bytes) -> bytes:
    """An archive whose directory says that the part which unpacks to 300 MB has ten bytes."""
    packed = bytearray(zeros_inside(content, 300))
    place = packed.rfind(b"PK\x01\x02")
    assert packed[place + 46 : place + 58] == b"xl/zeros.xml"
    packed[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(packed)


def lock_flagged(content: bytes) -> bytes:
    """The archive with its first part marked as encrypted."""
    packed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.find(signature) + offset] |= 1
    return bytes(packed)
