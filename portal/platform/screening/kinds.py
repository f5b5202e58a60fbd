"""What a file is, by its first bytes, whatever it is called."""

from __future__ import annotations

from pathlib import Path

from portal.platform.screening.values import MediaKind, ScreeningRefused

_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "an archive"),
    (b"PK\x05\x06", "an empty archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"GIF8", "a GIF picture"),
    (b"{\\rtf", "an RTF document"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"%!PS", "a PostScript program"),
    (b"#!", "a program"),
)
_STARTS = {
    MediaKind.PDF: b"%PDF-",
    MediaKind.PNG: b"\x89PNG\r\n\x1a\n",
    MediaKind.JPEG: b"\xff\xd8\xff",
    MediaKind.XLSX: b"PK\x03\x04",
    MediaKind.DOCX: b"PK\x03\x04",
}


def require_kind(path: Path, promised: MediaKind) -> None:
    """Nothing when the file begins as its name promises; ScreeningRefused that names both otherwise."""
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise ScreeningRefused("empty", "The file is empty. Check that it was saved, and upload it again.")
    start = _STARTS.get(promised)
    if start is not None and head.startswith(start):
        return
    found = next((label for signature, label in _SIGNATURES if head.startswith(signature)), None)
    if start is None and found is None:
        return  # text has no signature; reading it decides
    holds = found or "something else"
    raise ScreeningRefused(
        "wrong_content",
        f"Its name says {promised.label}, but it holds {holds}. "
        f"Open it in the program it was made with, save it as {promised.label}, and upload that.",
    )
