"""Office files, pictures and tables by people who know how such files are checked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.platform.screening.other_files import RELATION, letter, picture, repacked, workbook

Make = Callable[[], bytes]
MACROS = b"\xd0\xcf\x11\xe0 macros"
INSIDE = RELATION.replace(' TargetMode="External"', "")


def related(kind: str, target: str, part: bytes | str, *, host: str = "word") -> bytes:
    """A file with a part that is a `kind` to another, called `target`."""
    content, rels = (letter(), "word/_rels/footer9.xml.rels") if host == "word" else (workbook(), "xl/_rels/x.xml.rels")
    return repacked(content, {rels: INSIDE.format(kind=kind, target=target), f"{host}/{target}": part})


def declared(content_type: str) -> bytes:
    """A workbook that says it has a part of that type."""
    more = f'<Override PartName="/xl/x.xml" ContentType="{content_type}"/></Types>'
    return repacked(workbook(), {"xl/x.xml": "<a/>"}, {"[Content_Types].xml": ("</Types>", more)})


def named_start() -> bytes:
    """A workbook with a name that runs when it is opened."""
    name = '<definedNames><definedName name="_xlnm.Auto_Open">Sheet!$A$1</definedName></definedNames>'
    return repacked(workbook(), replaced={"xl/workbook.xml": ("<calcPr", name + "<calcPr")})


def field(text: str) -> bytes:
    """A letter with a field."""
    run = f"<w:r><w:instrText>{text}</w:instrText></w:r></w:p>"
    return repacked(letter(), replaced={"word/document.xml": ("</w:p>", run)})


def twice() -> bytes:
    """An archive with two parts of one name."""
    kept = io.BytesIO(workbook())
    with zipfile.ZipFile(kept, "a") as archive:
        archive.filelist.append(archive.filelist[-1])
        archive._didModify = True
    return kept.getvalue()


def with_comment(text: bytes) -> bytes:
    kept = io.BytesIO(workbook())
    with zipfile.ZipFile(kept, "a") as archive:
        archive.comment = text
    return kept.getvalue()


def many_parts() -> bytes:
    return repacked(workbook(), {f"xl/media/{number}.png": b"" for number in range(5_100)})


def between_parts() -> bytes:
    """A program between the parts and the directory of an archive, which no Office program reads."""
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.start_dir
    shifted = bytearray(content[:start] + b"MZ evil" + content[start:])
    place = shifted.rfind(b"PK\x05\x06") + 16
    shifted[place : place + 4] = struct.pack("<I", start + 7)
    return bytes(shifted)


def text_bomb() -> bytes:
    """A picture with a remark that inflates to 100 MB."""
    content = picture("PNG")
    data = b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    end = content.index(b"IDAT") - 4
    return content[:end] + chunk + content[end:]


def lying_png() -> bytes:
    """A picture of 40 × 30 points that says it has 60,000 × 60,000."""
    content = bytearray(picture("PNG"))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    return bytes(content)


WORSE_OTHERS: dict[str, tuple[str, Make, str]] = {
    # Office
    "a page taken in": ("a.docx", lambda: related("aFChunk", "part.xml", "<a/>"), "active"),
    "macros under another name": ("a.docx", lambda: related("vbaProject", "media/image9.png", MACROS), "active"),
    "an object under another name": ("a.docx", lambda: related("oleObject", "media/image9.emf", MACROS), "active"),
    "a control under another name": ("a.xlsx", lambda: related("control", "c.xml", "<a/>", host="xl"), "active"),
    "data from a server": ("a.xlsx", lambda: related("connections", "c.xml", "<a/>", host="xl"), "active"),
    "an old macro sheet": ("a.xlsx", lambda: related("xlMacrosheet", "s.xml", "<a/>", host="xl"), "active"),
    "a pane from the web": ("a.xlsx", lambda: related("webextensiontaskpanes", "w.xml", "<a/>", host="xl"), "active"),
    "a program as a part": ("a.docx", lambda: repacked(letter(), {"word/media/setup.exe": b"MZ"}), "active"),
    "bytes as settings": ("a.xlsx", lambda: repacked(workbook(), {"xl/settings.bin": MACROS}), "active"),
    "a page as a part": ("a.docx", lambda: repacked(letter(), {"word/x.html": b"<script>"}), "active"),
    "declared with macros": (
        "a.xlsx", lambda: declared("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "wrong_content",
    ),
    "declared as a page": ("a.xlsx", lambda: declared("text/html"), "wrong_content"),
    "a drawing with a script": (
        "a.docx",
        lambda: repacked(letter(), {"word/media/i.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"}),
        "active",
    ),
    "a name that runs": ("a.xlsx", named_start, "active"),
    "a formula that calls without marks": ("a.xlsx", lambda: workbook(("=cmd|calc!A0",)), "active"),
    "a picture from the web": ("a.xlsx", lambda: workbook(('=_xlfn.IMAGE("https://evil.example/x.png")',)), "active"),
    "a link to a share": ("a.xlsx", lambda: workbook(('=HYPERLINK("\\\\evil\\share\\x.exe","Open")',)), "active"),
    "a letter with a link to a file": ("a.docx", lambda: field('HYPERLINK "file:///c:/x.exe"'), "active"),
    "a letter with a link to a program": ("a.docx", lambda: field('hyperlink "ms-msdt:/id PCWDiagnostic"'), "active"),
    "a letter that takes in a file": ("a.docx", lambda: field("INCLUDETEXT c:\\secret.txt"), "active"),
    "two parts of one name": ("a.xlsx", twice, "two_files_in_one"),
    "a remark on the archive": ("a.xlsx", lambda: with_comment(b"<script>"), "two_files_in_one"),
    "a part at the root": ("a.xlsx", lambda: repacked(workbook(), {"/etc/x.xml": b"x"}), "two_files_in_one"),
    "five thousand parts": ("a.xlsx", many_parts, "too_large"),
    "a program before the archive": ("a.xlsx", lambda: b"MZ" + workbook(), "wrong_content"),
    # pictures
    "a remark of 100 MB": ("a.png", text_bomb, "damaged"),
    "a picture that lies about its size": ("a.png", lying_png, "too_large"),
    "a moving picture": ("a.png", lambda: picture("GIF"), "wrong_content"),
    "a drawing as a photograph": ("a.jpg", lambda: b"<svg onload='alert(1)'/>", "wrong_content"),
    # tables
    "an at sign": ("a.csv", lambda: b"name\n@SUM(1+1)\n", "formula"),
    "a formula in quotation marks": ("a.csv", lambda: b'name,amount\n"=1+1",2\n', "formula"),
    "a formula after a tab": ("a.csv", lambda: b"name,amount\n\t =1+1,2\n", "formula"),
    "a formula for another separator": ("a.csv", lambda: b"name,amount\nLake;=1+1,2\n", "formula"),
    "a formula after an old line's end": ("a.csv", lambda: b"name,amount\rLake,=1+1\r", "formula"),
    "a wide sign": ("a.csv", lambda: "name\n＝1+1\n".encode(), "formula"),
    "a number that runs": ("a.csv", lambda: b"name\n-2+3+cmd|' /C calc'!A0\n", "formula"),
    "a sum of another sheet": ("a.csv", lambda: b"name\n+Sheet2!A1\n", "formula"),
}  # fmt: skip
