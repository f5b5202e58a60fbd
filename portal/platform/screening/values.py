"""What screening accepts and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LARGEST = 25 * 1024 * 1024


class MediaKind(StrEnum):
    """The kinds of files that are taken from people; the value is the extension."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """The type that a download of this kind is served as."""
        return _MEDIA_TYPES[self]

    @property
    def label(self) -> str:
        """What people call a file of this kind."""
        return _LABELS[self]


_MEDIA_TYPES = {
    MediaKind.PDF: "application/pdf",
    MediaKind.PNG: "image/png",
    MediaKind.JPEG: "image/jpeg",
    MediaKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    MediaKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    MediaKind.CSV: "text/csv; charset=utf-8",
}
_LABELS = {
    MediaKind.PDF: "PDF document",
    MediaKind.PNG: "PNG picture",
    MediaKind.JPEG: "JPEG picture",
    MediaKind.XLSX: "Excel workbook",
    MediaKind.DOCX: "Word document",
    MediaKind.CSV: "CSV table",
}


@dataclass(frozen=True, slots=True)
class Screened:
    """A file that may be kept: its clean name and kind, and what was taken out of it (empty: kept byte for byte)."""

    name: str
    kind: MediaKind
    size: int
    pages: int | None
    removed: tuple[str, ...]


class ScreeningRefused(Exception):
    """The file may not be kept; `code` names the reason for programs, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
