"""A subscription agreement as it is printed: everything in it, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.documents.signing.values.fields import Box, FieldKind, NewField

INVESTOR_SEAT, FIRM_SEAT = 1, 2
# The last page is for signatures: where each of the two signs, in fractions of the page from its top.
SIGNED_AT = {INVESTOR_SEAT: Decimal("0.24"), FIRM_SEAT: Decimal("0.50")}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What account and firm sign. Amounts are in `currency`; `answers` are question and answer as they were given."""

    subscription_id: UUID
    firm: str
    accent: str
    locale: str
    offering: str
    vehicle: str
    account: str
    account_kind: str
    residence: str
    investor: str
    countersigner: str
    currency: str
    requested: Decimal
    accepted: Decimal
    close_on: date | None
    submitted_on: date
    form_version: int
    terms: str
    statements: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Signatories:
    """Who signs: for the account, and for the firm."""

    investor_id: UUID
    countersigner_id: UUID


def list_signing_fields() -> list[NewField]:
    """Where on the last page of an agreement who signs what."""
    placed = []
    for seat, top in SIGNED_AT.items():
        for kind, down, height in (
            (FieldKind.SIGNATURE, Decimal("0.02"), Decimal("0.06")),
            (FieldKind.NAME, Decimal("0.11"), Decimal("0.025")),
            (FieldKind.DATE, Decimal("0.15"), Decimal("0.025")),
        ):
            box = Box(Decimal("0.30"), top + down, Decimal("0.40"), height)
            placed.append(NewField(seat, kind, -1, box))
    return placed
