"""The receipt of a payment as its account gets it on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from portal.domain.investments.payments.values.matching import DueKind


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What a payment paid of one due."""

    kind: DueKind
    vehicle: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """What one account is told of a payment: what it paid of this account's dues, `excess` of what it paid too much and
    that was neither used nor refunded; `undone_on` where it was taken back."""

    receipt_id: UUID
    account_id: UUID
    vehicle_id: UUID
    firm: str
    account: str
    currency: str
    value_on: date
    booked_on: date
    lines: tuple[ReceiptLine, ...]
    excess: Decimal
    undone_on: date | None

    @property
    def total(self) -> Decimal:
        """What of the payment is this account's."""
        return sum((line.amount for line in self.lines), self.excess)

    @property
    def title(self) -> str:
        """What the paper is called."""
        return f"Receipt of payment {self.lines[0].reference}: {self.lines[0].vehicle}"

    def content(self) -> bytes:
        """All that it says, in one canonical form."""
        return orjson.dumps(self, default=_digits, option=orjson.OPT_SORT_KEYS)


def source_of(receipt_id: UUID, account_id: UUID) -> str:
    """The name under which the paper lies among the documents."""
    return f"receipt:{receipt_id}:{account_id}"


def _digits(amount: Any) -> str:
    if isinstance(amount, Decimal):
        return f"{amount:f}"
    raise TypeError
