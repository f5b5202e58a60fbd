"""Workbooks and documents of Office: an archive that is sound, and parts that neither act nor fetch."""

from __future__ import annotations

import re
import shutil
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
_PIECE = 256 * 1024
_MAIN = {
    MediaKind.XLSX: ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    MediaKind.DOCX: ("word/document.xml", "wordprocessingml.document.main+xml"),
}
_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
_PARTS = re.compile(
    r"(\.(xml|rels|vml|png|jpe?g|jfif|gif|bmp|tiff?|emf|wmf|wdp|svg|odttf|fntdata|ttf)"
    r"|printerSettings/printerSettings\d*\.bin)$",
    re.IGNORECASE,
)
_ACTING_PARTS = re.compile(
    r"vbaProject|vbaData|macrosheets/|dialogsheets/|embeddings/|activeX/|ctrlProps/|externalLinks/|customUI|oleObject"
    r"|connections\.xml|queryTables/|webextension",
    re.IGNORECASE,
)
# What a part is to another, whatever it is called.
_ACTING_RELATION = re.compile(
    r"/(vbaProject|wordVbaData|oleObject|package|control|activeXControlBinary|ctrlProp|externalLink\w*|attachedTemplate"
    r"|aFChunk|subDocument|frame|mailMerge\w*|recipientData|extensibility|xl\w*Macrosheet|dialogsheet|connections"
    r"|queryTable|webextension\w*|keyMapCustomizations|attachedToolbars)$",
    re.IGNORECASE,
)
_ACTING_CONTENT = re.compile(
    r"macroEnabled|vbaProject|vbaData|oleObject|activeX|macrosheet|dialogsheet|text/html|message/rfc822|application/rtf"
    r"|application/msword|x-msdownload",
    re.IGNORECASE,
)
_LINK_AWAY = r'HYPERLINK\s*\(?\s*"?(file:|\\\\|\w*script:|ms-|search-ms:|shell:)'
# The first word of a field; begin marks of fields are zero bytes here.
_ACTING_FIELD = re.compile(
    r"(^|\x00)\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|LINK|MACROBUTTON|RD|EMBED|CONTROL)\b|"
    + _LINK_AWAY,
    re.IGNORECASE,
)
_ACTING_FORMULA = re.compile(
    r"\|'|\b(WEBSERVICE|CALL|REGISTER|REGISTER\.ID|EXEC|RTD|DDE|IMAGE|FOPEN|RUN)\(|^auto_(open|close|activate)|"
    + _LINK_AWAY,
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"')
_TAGS_OF_FORMULAS = ("}f", "}definedName", "}formula", "}formula1", "}formula2")


def screen_office(source: Path, target: Path, kind: MediaKind) -> None:
    """Packs the file's parts anew into `target` when none of them acts; ScreeningRefused says what does.

    Taking a part out of such a file breaks it, so that one that acts is refused whole. What lies between the parts is
    not packed.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            members = _sound(archive)
            _require_main(archive, kind)
            for member in members:
                _require_passive(archive, member)
            _pack(archive, members, target)
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


def _pack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for member in members:
            entry = zipfile.ZipInfo(member.filename, member.date_time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member) as part, packed.open(entry, "w") as copy:
                shutil.copyfileobj(part, copy, _PIECE)


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
    if part not in archive.namelist() or content_type not in declared or _ACTING_CONTENT.search(declared):
        raise ScreeningRefused(
            "wrong_content",
            f"Its name says {kind.label}, but it holds something else, or macros. "
            f"Save it as {kind.label} without macros and upload that.",
        )


def _require_passive(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    name = member.filename
    if _ACTING_PARTS.search(name) or not _PARTS.search(name):
        raise _active("macros, embedded files or outside data")
    if name.lower().endswith((".xml", ".rels", ".vml", ".svg")):
        with archive.open(member) as part:
            _require_passive_xml(part.read(MOST_UNPACKED), name)


def _require_passive_xml(content: bytes, name: str) -> None:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise _active("definitions of entities") from None
    name = name.lower()
    if name.endswith(".rels"):
        _require_near(root)
    elif name.endswith(".svg") and any(each.tag.rpartition("}")[2].lower() == "script" for each in root.iter()):
        raise _active("pictures with scripts")
    elif name.startswith("word/") and any(_ACTING_FIELD.search(field) for field in _fields(root)):
        raise _active("fields that fetch or run something")
    elif name.startswith("xl/") and any(_acts(formula) for formula in _formulas(root)):
        raise _active("formulas that fetch or run something")


def _acts(formula: str) -> bool:
    """What stands in quotes is text, and a bar outside them calls another program."""
    return bool(_ACTING_FORMULA.search(formula)) or "|" in _QUOTED.sub("", formula)


def _require_near(relations: Element) -> None:
    """Outside the file only links that a reader clicks; inside no part that acts under another name."""
    for relation in relations:
        if _ACTING_RELATION.search(relation.get("Type", "")):
            raise _active("macros, embedded files or outside data")
        if relation.get("TargetMode") != "External":
            continue
        is_link = relation.get("Type", "").endswith("/hyperlink")
        if not is_link or not relation.get("Target", "").lower().startswith(_LINKS):
            raise _active("parts that are fetched from elsewhere")


def _fields(root: Element) -> Iterator[str]:
    """The instructions of Word's fields, which may be cut into pieces; each begins with a zero byte."""
    pieces = []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag in {"instrText", "delInstrText"}:
            pieces.append(element.text or "")
        elif tag == "fldChar" and "begin" in element.attrib.values():
            pieces.append("\x00")
        elif tag == "fldSimple":
            yield next((value for key, value in element.attrib.items() if key.endswith("}instr")), "")
    yield "".join(pieces)


def _formulas(root: Element) -> Iterator[str]:
    """What a workbook works out, and the names by which it starts something."""
    for element in root.iter():
        if not element.tag.endswith(_TAGS_OF_FORMULAS):
            continue
        if element.text:
            yield element.text
        if element.tag.endswith("}definedName"):
            yield element.get("name", "").removeprefix("_xlnm.")


def _active(what: str) -> ScreeningRefused:
    return ScreeningRefused("active", f"The file holds {what}. Save it without them, or as PDF, and upload that.")
