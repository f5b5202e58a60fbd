"""Workbooks and documents of Office: an archive that is sound, and parts that neither act nor fetch."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from portal.platform.screening.values import MediaKind, ScreeningRefused

MOST_PARTS = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
_MAIN = {
    MediaKind.XLSX: ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    MediaKind.DOCX: ("word/document.xml", "wordprocessingml.document.main+xml"),
}
_LINKS = ("http://", "https://", "mailto:", "#")
_ACTING_PARTS = re.compile(
    r"vbaProject|vbaData|macrosheets/|dialogsheets/|embeddings/|activeX/|externalLinks/|customUI|oleObject"
    r"|connections\.xml|queryTables/|\.(exe|dll|js|vbs|hta|bat|cmd|scr|lnk|bin\.exe)$",
    re.IGNORECASE,
)
_ACTING_FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|DATABASE|LINK|MACROBUTTON)\b", re.IGNORECASE
)
_ACTING_FORMULA = re.compile(r"\|'|\bWEBSERVICE\(|\bCALL\(|\bREGISTER\.ID\(|\bEXEC\(", re.IGNORECASE)


def screen_office(source: Path, target: Path, kind: MediaKind) -> None:
    """Copies the file to `target` when nothing in it acts; ScreeningRefused says what does.

    Taking a part out of such a file breaks it, so that one that acts is refused whole.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = _sound(archive)
            _require_main(archive, kind)
            for member in members:
                _require_passive(archive, member)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ElementTree.ParseError,
        KeyError,
        UnicodeError,
    ) as error:
        raise ScreeningRefused(
            "damaged", f"The {kind.label} is damaged. Open it, save it again and upload that."
        ) from error
    target.write_bytes(source.read_bytes())


def _sound(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The archive's members, once their number, sizes and names are as an Office program writes them."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise ScreeningRefused(
            "too_large", f"The file unpacks to more than {MOST_UNPACKED >> 20} MiB. Make it smaller and upload that."
        )
    strange = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    if strange or archive.comment or len({name.lower() for name in names}) != len(names) or _starts_late(archive):
        raise ScreeningRefused(
            "two_files_in_one", "The file holds parts that do not belong to it. Save it again and upload that."
        )
    if any(member.flag_bits & 1 for member in members):
        raise ScreeningRefused("locked", "The file opens only with a password. Save it without one and upload that.")
    return [member for member in members if not member.is_dir()]


def _starts_late(archive: zipfile.ZipFile) -> bool:
    return min((member.header_offset for member in archive.infolist()), default=0) != 0


def _require_main(archive: zipfile.ZipFile, kind: MediaKind) -> None:
    part, content_type = _MAIN[kind]
    declared = archive.read("[Content_Types].xml").decode()
    if part not in archive.namelist() or content_type not in declared:
        raise ScreeningRefused(
            "wrong_content",
            f"Its name says {kind.label}, but it holds something else, or macros. "
            f"Save it as {kind.label} without macros and upload that.",
        )


def _require_passive(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    name = member.filename
    if _ACTING_PARTS.search(name) and not name.endswith("/"):
        raise _active("macros, embedded files or outside data")
    if name.endswith((".xml", ".rels", ".vml")):
        with archive.open(member) as part:
            _require_passive_xml(part.read(MOST_UNPACKED), name)


def _require_passive_xml(content: bytes, name: str) -> None:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise _active("definitions of entities") from None
    if name.endswith(".rels"):
        _require_near(root)
    elif name.startswith("word/") and _ACTING_FIELD.search(" ".join(_fields(root))):
        raise _active("fields that fetch or run something")
    elif name.startswith("xl/") and any(_ACTING_FORMULA.search(formula) for formula in _formulas(root)):
        raise _active("formulas that fetch or run something")


def _require_near(relations: Element) -> None:
    """Outside the file only links that a reader clicks."""
    for relation in relations:
        if relation.get("TargetMode") != "External":
            continue
        is_link = relation.get("Type", "").endswith("/hyperlink")
        if not is_link or not relation.get("Target", "").lower().startswith(_LINKS):
            raise _active("parts that are fetched from elsewhere")


def _fields(root: Element) -> Iterator[str]:
    """The instructions of Word's fields, which may be cut into pieces."""
    pieces = []
    for element in root.iter():
        if element.tag.endswith("}instrText"):
            pieces.append(element.text or "")
        elif element.tag.endswith("}fldSimple"):
            yield next((value for key, value in element.attrib.items() if key.endswith("}instr")), "")
    yield "".join(pieces)


def _formulas(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag.endswith(("}f", "}definedName")) and element.text:
            yield element.text


def _active(what: str) -> ScreeningRefused:
    return ScreeningRefused("active", f"The file holds {what}. Save it without them, or as PDF, and upload that.")
