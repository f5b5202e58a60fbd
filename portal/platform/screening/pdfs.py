"""PDF documents without anything that acts: no script, no attachment, no form that sends, no hidden second file.

A document in which nothing has to be taken away is kept byte for byte, so that its signatures stay valid.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from portal.platform.screening.unpacking import MOST_UNPACKED, unpacked_size
from portal.platform.screening.values import ScreeningRefused

MOST_PAGES = 5_000
MOST_OBJECTS = 500_000
_DEEPEST = 60

# What an action may do: go to a place in the same document, or to an address on the web.
_HARMLESS = {"/GoTo", "/Named", "/URI", "/SetOCGState", "/Thread"}
_LINKS = ("http://", "https://", "mailto:", "tel:")
_ACTING_ANNOTATIONS = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/FileAttachment", "/3D"}
# The version, then comments (the second line tells programs that bytes follow), then the first object.
_HEAD = re.compile(rb"%PDF-\d\.\d[^<]{0,1024}?[\r\n]\s*\d+\s+\d+\s+obj\b")
_OUTSIDE = ("/F", "/Ref", "/OPI")  # of a stream: its contents, or what stands for it, in another file
_OF_A_NOTE = frozenset({"/Type", "/Subtype", "/Rect", "/Contents", "/F", "/P"})
_ACTING_KEYS = {
    "/AA": "actions that run by themselves",
    "/JS": "a script",
    "/JavaScript": "scripts",
    "/EmbeddedFiles": "attached files",
    "/AF": "attached files",
    "/EF": "attached files",
    "/XFA": "a dynamic form",
    "/Collection": "attached files",
    "/RichMediaContent": "embedded media",
}


def screen_pdf(source: Path, target: Path) -> tuple[int, list[str]]:
    """Writes the harmless document to `target`; how many pages it has, and what was removed (empty: same bytes).

    ScreeningRefused when it is locked, damaged, far too large when unpacked, or signed and not harmless.
    """
    try:
        with Pdf.open(source) as document:
            pages = _counted(document)
            removed = sorted({what for thing in _things(document) for what in _disarmed(thing)})
            if document.is_encrypted:
                removed.append("a lock against editing")
            removed += _strange(source, document)
            if not removed:
                target.write_bytes(source.read_bytes())
                return pages, []
            _require_unsigned(document)
            document.save(target, encryption=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    except pikepdf.PasswordError:
        raise _locked() from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error) as error:
        raise (_locked() if "unsupported encryption" in str(error) else _damaged()) from error
    if zipfile.is_zipfile(target):
        raise ScreeningRefused(
            "two_files_in_one",
            "The file is a document and an archive at once. Print it to a new PDF and upload that.",
        )
    return pages, removed


def _counted(document: Pdf) -> int:
    pages, objects = len(document.pages), len(document.objects)
    if pages == 0:
        raise _damaged()
    if pages > MOST_PAGES or objects > MOST_OBJECTS:
        raise ScreeningRefused(
            "too_large",
            f"The document has more than {MOST_PAGES:,} pages or far too many parts. Split it and upload the parts.",
        )
    return pages


def _things(document: Pdf) -> Iterator[Object]:
    """Every dictionary of the document, streams with their unpacked size checked, whether or not a page uses it."""
    unpacked = 0
    for thing in document.objects:
        if isinstance(thing, pikepdf.Stream):
            unpacked += unpacked_size(thing, MOST_UNPACKED - unpacked)
        yield from _dictionaries(thing, 0)
    yield from _dictionaries(document.trailer, 0)


def _dictionaries(thing: Any, depth: int) -> Iterator[Object]:
    """The dictionaries directly in `thing`; what it refers to comes as an object of its own."""
    if depth > _DEEPEST:
        raise _damaged()
    if isinstance(thing, pikepdf.Stream | Dictionary):
        yield thing
        children: Any = [value for _, value in thing.items()]
    elif isinstance(thing, Array):
        children = thing
    else:
        return
    for child in children:
        if isinstance(child, Dictionary | Array) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _disarmed(thing: Any) -> list[str]:
    """Takes what acts out of one dictionary; what that was."""
    removed = [what for key, what in _ACTING_KEYS.items() if _dropped(thing, key)]
    for key in ("/A", "/OpenAction", "/Next"):
        acts = _acts(thing.get(key))
        if acts and _dropped(thing, key):
            removed.append(acts)
    if str(thing.get("/Subtype", "")) in _ACTING_ANNOTATIONS:
        _emptied(thing, but=_OF_A_NOTE)
        thing.Subtype = Name.Text
        removed.append("embedded media or files")
    if isinstance(thing, pikepdf.Stream) and any([_dropped(thing, key) for key in _OUTSIDE]):
        removed.append("contents in another file")
    if acts := _acts(thing):
        _emptied(thing)
        removed.append(acts)
    return removed


def _dropped(thing: Any, key: str) -> bool:
    if key not in thing:
        return False
    del thing[key]
    return True


def _emptied(thing: Any, but: frozenset[str] = frozenset()) -> None:
    for key in set(thing.keys()) - but:
        del thing[key]


def _acts(action: Any) -> str | None:
    """What an action would do that we do not let it, or None; a place in the document is no action."""
    if not isinstance(action, Dictionary) or not _is_action(action):
        return None
    kind = str(action.get("/S", ""))
    if kind == "/URI":
        return None if str(action.get("/URI", "")).lower().startswith(_LINKS) else "a link to something not on the web"
    return None if kind in _HARMLESS and "/F" not in action else "an action beyond the document"


def _is_action(thing: Any) -> bool:
    """Dictionaries of other kinds have an /S too (borders, marks of structure); those name no action."""
    return str(thing.get("/Type", "")) == "/Action" or str(thing.get("/S", "")) in _ACTIONS


_ACTIONS = _HARMLESS | {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/Rendition", "/GoToR", "/GoToE",
    "/Movie", "/Sound", "/Hide", "/Trans", "/GoTo3DView", "/RichMediaExecute",
}  # fmt: skip


def _strange(source: Path, document: Pdf) -> list[str]:
    """What of the file's bytes no page shows: parts before, behind and beside the document, or what it said before.

    Two programs may read such bytes in two ways; written anew there is one way.
    """
    content = source.read_bytes()
    end = content.rfind(b"%%EOF")
    behind = end < 0 or content[end + 5 :].strip(b"\r\n\t \0")
    found = []
    if behind or not _HEAD.match(content) or zipfile.is_zipfile(source) or document.get_warnings():
        found.append("what did not belong to the document")
    if content.count(b"startxref") > (2 if document.is_linearized else 1) and not _is_signed(document):
        found.append("earlier versions of the document")
    return found


def _is_signed(document: Pdf) -> bool:
    form = document.Root.get("/AcroForm")
    return isinstance(form, Dictionary) and bool(int(form.get("/SigFlags", 0)) & 1)


def _require_unsigned(document: Pdf) -> None:
    if _is_signed(document):
        raise ScreeningRefused(
            "signed_and_active",
            "The document is signed, and holds something that would have to be taken out, which would break the "
            "signature. Ask for it without scripts, attachments and locks.",
        )


def _locked() -> ScreeningRefused:
    return ScreeningRefused(
        "locked", "The document opens only with a password or certificate. Save it without one and upload that."
    )


def _damaged() -> ScreeningRefused:
    return ScreeningRefused("damaged", "The document is damaged. Open it, print it to a new PDF and upload that.")
