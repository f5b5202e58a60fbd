"""Personal details as others read them: masked, unless somebody asked to see them and said so in the record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from portal.platform.personal import Place, blind_index, blind_indexes, index_mark, seal, unseal

COLUMN = "people.profiles.details"
TAX_NUMBER = "people.profiles.tax_number"
DOT = "•"


class TaxNumberKind(StrEnum):
    """Which authority gave the number, and so how it is written."""

    SSN = "ssn"
    EIN = "ein"
    ITIN = "itin"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Details:
    """A tax number in digits (of abroad: as written), a date of birth and a postal address; None where not given."""

    tax_number_kind: TaxNumberKind | None = None
    tax_number: str | None = field(default=None, repr=False)
    born_on: date | None = field(default=None, repr=False)
    postal_address: str | None = field(default=None, repr=False)

    def seal(self, subject_id: UUID, key: bytes) -> bytes:
        """The details under their subject's key."""
        return seal(orjson.dumps(asdict(self)).decode(), _place(subject_id), key)

    @classmethod
    def unseal(cls, subject_id: UUID, sealed: bytes, key: bytes) -> Details:
        """The details that were sealed for this subject."""
        told: dict[str, Any] = orjson.loads(unseal(sealed, _place(subject_id), key))
        kind, born_on = told["tax_number_kind"], told["born_on"]
        return cls(
            TaxNumberKind(kind) if kind else None,
            told["tax_number"],
            date.fromisoformat(born_on) if born_on else None,
            told["postal_address"],
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose the details are, and what of them everybody who may come here sees."""

    subject_id: UUID
    name: str
    is_account: bool
    tax_number_kind: TaxNumberKind | None
    tax_number: str | None
    born_on: str | None
    postal_address: str | None
    changed_at: datetime | None


def written_tax_number(details: Details) -> str | None:
    """The number as its authority writes it: `123-45-6789`, `12-3456789`; None where there is none."""
    kind, number = details.tax_number_kind, details.tax_number
    if number is None or kind is TaxNumberKind.FOREIGN:
        return number
    return f"{number[:2]}-{number[2:]}" if kind is TaxNumberKind.EIN else f"{number[:3]}-{number[3:5]}-{number[5:]}"


def index_of_tax_number(number: str | None) -> bytes:
    """What a tax number is found by, for storing, however it is written; of none the mark of the key alone, which
    nothing is found by."""
    return blind_index(TAX_NUMBER, bare_tax_number(number)) if number else index_mark()


def indexes_of_tax_number(number: str) -> Sequence[bytes]:
    """What a tax number may be found by, for looking up."""
    return blind_indexes(TAX_NUMBER, bare_tax_number(number))


def bare_tax_number(number: str) -> str:
    """The number's letters and digits alone, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def _place(subject_id: UUID) -> Place:
    return Place(COLUMN, subject_id, subject_id)
