"""What people call the kinds of documents, and what became of them."""

from __future__ import annotations

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.reading.values.archives import REASONS, ArchiveState, LeftOut
from portal.domain.documents.reading.values.receipts import Way

TYPES = {
    DocumentType.STATEMENT: "Statement",
    DocumentType.NOTICE: "Notice",
    DocumentType.TAX_FORM: "Tax form",
    DocumentType.AGREEMENT: "Agreement",
    DocumentType.REPORT: "Report",
    DocumentType.SUBSCRIPTION: "Subscription paper",
    DocumentType.IDENTIFICATION: "Identification",
    DocumentType.OTHER: "Other",
}
WAYS = {
    Way.VIEWED: "Read here",
    Way.DOWNLOADED: "Downloaded",
    Way.ARCHIVED: "In an archive",
    Way.MARKED: "Copy with marks",
}
ARCHIVE_STATES = {
    ArchiveState.COLLECTING: ("being put together", "info"),
    ArchiveState.READY: ("ready", "good"),
    ArchiveState.EMPTY: ("nothing in it", "warn"),
    ArchiveState.GONE: ("deleted", "neutral"),
}
LEFT_OUT: dict[LeftOut, str] = dict(REASONS)
