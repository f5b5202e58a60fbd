"""Erasing a person: what goes now, what is kept until when and why, and where a request stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from portal.domain.people.privacy.values.inventory import Category


class ErasureState(StrEnum):
    """Where a request stands; an approved one is carried out within moments."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Duty:
    """Why something has to be kept: at least so many years from the end of a year, by which rule."""

    years: int
    since: str
    rule: str


DUTIES: Mapping[Category, Duty] = MappingProxyType(
    {
        Category.BOOKS: Duty(
            5,
            "after the year of the last entry",
            "Advisers keep their books and records for five years after the year of the last entry"
            " (17 CFR 275.204-2(e)(1)).",
        ),
        Category.TAX: Duty(
            7,
            "after the year of the last entry",
            "Tax can be assessed for six years after the return for a year, which is filed in the next one"
            " (26 U.S.C. 6501(e)(1)); records of identity are kept for five years (31 CFR 1010.430(d)).",
        ),
        Category.RECORD: Duty(
            5,
            "after the year of the erasure",
            "Claims about securities can be brought for five years (28 U.S.C. 1658(b)); until then the record answers"
            " them.",
        ),
    }
)
TITLES: Mapping[Category, tuple[str, str]] = MappingProxyType(
    {
        Category.SIGN_IN: ("Signing in", "Password, second factors, sessions and devices, links, roles."),
        Category.CONTACT: ("Name and contact", "Name, e-mail address, language, time zone. Lists say “Erased person”."),
        Category.EXPORTS: ("Files of your data", "Archives that were collected for you."),
        Category.READING: (
            "Reading and data rooms",
            "Where and with what you read documents, places in data rooms, files on their way.",
        ),
        Category.BOOKS: ("Books", "Accounts, holdings, transactions, statements and documents."),
        Category.TAX: ("Tax and identity", "Whatever is kept sealed of tax numbers, birth, address and bank details."),
        Category.RECORD: (
            "Record",
            "Consents, approvals, signatures, what you confirmed and asked, and the sealed record of acts, with network"
            " addresses.",
        ),
    }
)
ORDER = tuple(TITLES)


@dataclass(frozen=True, slots=True)
class Owned:
    """An account that the person acts for: `alone` where it is a natural person's and nobody else does, the day of its
    last entry, and whether something is still invested or promised."""

    id: UUID
    name: str
    alone: bool
    last_on: date | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What happens to a category: erased now (`until` is None), or kept to the end of that day by `rule`."""

    category: Category
    title: str
    what: str
    until: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure does. `alone` are the accounts whose keys go with the person's after `destroy_after`, `shared`
    those that others go on acting for."""

    lines: tuple[PlanLine, ...]
    alone: tuple[Owned, ...]
    shared: tuple[Owned, ...]
    destroy_after: date

    @property
    def content(self) -> dict[str, Any]:
        """The plan in what JSON can hold, as it is approved."""
        return {
            "lines": [[line.category.value, line.until.isoformat() if line.until else None] for line in self.lines],
            "accounts": sorted(str(each.id) for each in self.alone),
            "destroy_after": self.destroy_after.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request: about whom, by whom, and what became of it."""

    id: UUID
    user_id: UUID
    name: str
    by_person: bool
    state: ErasureState
    asked_at: datetime
    reason: str
    answer: str | None
    closed_at: datetime | None
    destroy_after: date | None
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: while it is in force nothing of the person is erased or destroyed."""

    id: UUID
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Term:
    """How many years the firm keeps a category, and the least that the law asks for."""

    category: Category
    title: str
    years: int
    duty: Duty
