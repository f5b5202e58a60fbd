"""Papers that investors send to the firm, for an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.domain.documents.library.values.documents import DocumentType
from portal.domain.documents.library.values.files import Check, VersionState

LONGEST_NOTE = 1_000
# What may be sent; the rest is the firm's to make.
SENDABLE = (
    DocumentType.IDENTIFICATION,
    DocumentType.TAX_FORM,
    DocumentType.SUBSCRIPTION,
    DocumentType.AGREEMENT,
    DocumentType.OTHER,
)


class PaperState(StrEnum):
    """What the firm made of a paper."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Standing(StrEnum):
    """Where a paper stands for who sent it: its check and the firm's decision in one."""

    RECEIVED = "received"
    CHECKED = "checked"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Load:
    """What lies here of an account that nobody decided on yet (papers and bytes), and how many came in a day."""

    waiting: int
    waiting_bytes: int
    today: int


@dataclass(frozen=True, slots=True)
class Destination:
    """An account that the actor may send papers for: all of `SENDABLE`, or tax forms alone."""

    account_id: UUID
    name: str
    all_types: bool


@dataclass(frozen=True, slots=True)
class SentPaper:
    """A paper: for which account, what it is in the sender's words, how its check went, and what the firm decided.
    `document_id` is None once the file is destroyed, `check` where it is not known any more."""

    id: UUID
    account_id: UUID
    account: str
    sender_id: UUID
    sender: str
    document_id: UUID | None
    type: DocumentType
    name: str
    note: str
    state: PaperState
    comment: str
    sent_at: datetime
    decided_at: datetime | None
    check: Check | None

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        if self.state is PaperState.ACCEPTED:
            return Standing.ACCEPTED
        if self.state is PaperState.RETURNED:
            return Standing.RETURNED
        if self.check is None or self.check.state is VersionState.REFUSED:
            return Standing.REFUSED
        return Standing.CHECKED if self.check.state is VersionState.RELEASED else Standing.RECEIVED

    @property
    def words(self) -> str:
        """Why it was refused or sent back, or what was said when it was accepted; empty otherwise."""
        refused = self.standing is Standing.REFUSED and self.check is not None
        return (self.check.refusal or "") if refused and self.check else self.comment


@dataclass(frozen=True, slots=True)
class ReturnedPaper:
    """What a mail about a paper that was sent back needs."""

    name: str
    email: str
    firm: str
    title: str
    message: str
