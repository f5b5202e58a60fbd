"""What a reader is shown of a document, and from where they read."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from portal.platform.screening.values import MediaKind


@dataclass(frozen=True, slots=True)
class Reader:
    """Where somebody reads: the session, and how their browser or app and its network address are called."""

    session_id: UUID
    agent: str
    address: str


@dataclass(frozen=True, slots=True)
class Readable:
    """A document as one person may read it now: the version that is theirs to see, and what they may do with it.

    `pages` is None for a kind of file that has none; `digest` is the SHA-256 of the file in hex. `marked_copies`:
    of what is to be read here alone they may take a copy that bears their name.
    """

    document_id: UUID
    version_id: UUID
    number: int
    title: str
    kind: MediaKind
    pages: int | None
    size: int
    digest: str
    file_key: str = field(repr=False)
    name: str
    view_only: bool
    must_acknowledge: bool
    marked_copies: bool

    @property
    def may_be_taken(self) -> bool:
        """Whether the file itself may be handed out."""
        return not self.view_only


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that was drawn before: where the store has it. `key` is None for a page that cannot be drawn."""

    page: int
    key: str | None
    width: int
    height: int
