"""What versions say, and whom of it their readers should not read of."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from portal.domain.documents.filing.values.evidence import EvidenceKind, Place
from portal.platform.personal import keyring


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The text of each page of a version; empty where a page holds something and no text that can be read, as a picture
    does."""

    pages: tuple[str, ...]

    @property
    def unread(self) -> int:
        """How many pages say something that cannot be read."""
        return sum(not text for text in self.pages)

    def seal(self, version_id: UUID) -> bytes:
        """The texts, packed, for this version alone."""
        return keyring().vault.seal(zlib.compress(orjson.dumps(self.pages)), place=_place(version_id))

    @classmethod
    def unseal(cls, version_id: UUID, sealed: bytes) -> PageTexts:
        """The texts that were sealed for this version."""
        pages: list[str] = orjson.loads(
            zlib.decompress(keyring().vault.unseal(bytes(sealed), place=_place(version_id)))
        )
        return cls(tuple(pages))

    def line(self, place: Place) -> str:
        """The line at a place on a page, shortened; empty where there is none."""
        lines = self.pages[place.page - 1].split("\n")[place.line - 1 : place.line]
        return lines[0].strip()[:160] if lines else ""


@dataclass(frozen=True, slots=True)
class Clearing:
    """That somebody who is named may be: who said so, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Looked:
    """That a person looked at the pages that cannot be read: who and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody whom a version names and who is not one of its readers: an account or a person who acts for one, by what
    they are named, where first and in how many places; `line` is what stands there. `clearing` once it was said that
    they may be named."""

    subject_id: UUID
    name: str
    kind: EvidenceKind
    place: Place
    places: int
    line: str
    clearing: Clearing | None


@dataclass(frozen=True, slots=True)
class RecipientCheck:
    """Whom a version names beside its readers. `unread` of its `pages` say nothing that can be read (pictures), so that
    a person has to look (`looked` once one did); `read` is False while nothing was read yet."""

    version_id: UUID
    read: bool
    pages: int
    unread: int
    strangers: Sequence[Stranger]
    looked: Looked | None = None

    @property
    def open(self) -> list[Stranger]:
        """Those of whom nobody said that they may be named."""
        return [each for each in self.strangers if each.clearing is None]

    @property
    def unseen(self) -> int:
        """How many pages can neither be read nor were looked at."""
        return 0 if self.looked else self.unread


def _place(version_id: UUID) -> str:
    return f"documents.texts.sealed:{version_id}"
