"""The name a file may bear: what people see is what it is."""

from __future__ import annotations

import re
import unicodedata

from portal.platform.screening.values import MediaKind, ScreeningRefused

LONGEST_NAME = 150
_EXTENSIONS = {kind.value: kind for kind in MediaKind} | {"jpeg": MediaKind.JPEG}
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_ACCEPTED = "PDF, PNG, JPEG, XLSX, DOCX and CSV"
# How the name of a file ends that is taken, for who has to be told in a regular expression.
ENDING = rf"\w\.({'|'.join(''.join(f'[{mark}{mark.upper()}]' for mark in each) for each in _EXTENSIONS)})$"


def clean_name(given: str) -> str:
    """The last part of `given` without what hides or steers: directories, controls, marks that turn the reading order.

    At most LONGEST_NAME characters, the extension kept; "file" where nothing is left.
    """
    composed = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(" " if mark.isspace() else mark for mark in composed if not _hidden(mark))
    tidy = re.sub(r'[<>:"|?*%]', "-", re.sub(r" +", " ", seen)).strip(" .")
    stem, dot, extension = tidy.rpartition(".")
    if not dot:
        stem, extension = tidy, ""
    stem = stem.strip(" .") or "file"
    stem = stem[: LONGEST_NAME - len(extension[:10]) - 1]
    name = f"{stem}.{extension[:10]}" if extension else stem
    return f"_{name}" if _RESERVED.match(name) else name


def kind_by_name(name: str) -> MediaKind:
    """The kind that the extension of `name` promises; ScreeningRefused when it is none we take."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    kind = _EXTENSIONS.get(extension)
    if kind is None:
        called = f"“.{extension}” files" if extension else "Files without an extension"
        raise ScreeningRefused(
            "type_not_accepted",
            f"{called} are not accepted. Save it as one of {_ACCEPTED} and upload that.",
        )
    return kind


def _hidden(mark: str) -> bool:
    """Controls, formats (among them what reverses the reading order), surrogates and private marks."""
    return unicodedata.category(mark) in {"Cc", "Cf", "Cs", "Co", "Cn"}
