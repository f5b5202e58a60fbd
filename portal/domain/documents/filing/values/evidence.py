"""Whom a text names, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class EvidenceKind(StrEnum):
    """By what somebody is named."""

    NAME = "name"
    NUMBER = "number"
    TAX_NUMBER = "tax_number"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document: page and line, from 1; page 0 is its title."""

    page: int
    line: int


@dataclass(frozen=True, slots=True)
class Hit:
    """That a page names one of `subjects` (ids of accounts and people; several where they share what names them).
    `whole` is False where only the part of a name without its legal form stands there; `single` is for a name of one
    word, which other names have among theirs."""

    kind: EvidenceKind
    subjects: frozenset[UUID]
    place: Place
    whole: bool = True
    single: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a firm's documents may name. `names`: of accounts and of the people who act for them; the other maps lead
    from a number, or from the blind index of a tax number or address, to subjects. `accounts_of`: for a person those
    they act for, for an account itself."""

    names: tuple[tuple[UUID, str], ...]
    numbers: Mapping[str, UUID]
    tax_numbers: Mapping[bytes, frozenset[UUID]]
    emails: Mapping[bytes, UUID]
    accounts_of: Mapping[UUID, frozenset[UUID]]


@dataclass(frozen=True, slots=True)
class Match:
    """The account that pages are about, with how sure that is (0 to 100) and what says so. Without an account nobody is
    named, or several are."""

    account_id: UUID | None
    confidence: int
    evidence: tuple[Hit, ...]

    @property
    def silent(self) -> bool:
        """Whether the pages name nobody at all."""
        return not self.evidence


@dataclass(frozen=True, slots=True)
class Range:
    """Pages from `first` to `last`, from 1, that belong together, and whose they are."""

    first: int
    last: int
    match: Match


@dataclass(frozen=True, slots=True)
class Naming:
    """That a document names somebody whom its readers should not read of: first where, and in how many places."""

    kind: EvidenceKind
    subject_id: UUID
    place: Place
    places: int
