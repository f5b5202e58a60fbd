"""What is due, and what of it a payment is taken to pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class DueKind(StrEnum):
    """What is asked for: the share of a capital call, interest on a late payment, or carry that is paid back."""

    CALL = "call"
    LATE_INTEREST = "late_interest"
    PAYBACK = "payback"


class Confidence(StrEnum):
    """How sure it is what a payment is for."""

    EXACT = "exact"
    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"


class Reason(StrEnum):
    """Why a payment is taken to be for something, or for nothing."""

    REFERENCE_AND_AMOUNT = "reference_and_amount"
    REFERENCES_AND_SUM = "references_and_sum"
    REFERENCE_PART = "reference_part"
    REFERENCE_MORE = "reference_more"
    REFERENCE_REST = "reference_rest"
    REFERENCE_PAID = "reference_paid"
    PAYER_AND_AMOUNT = "payer_and_amount"
    PAYER_AND_SUM = "payer_and_sum"
    PAYER_ALONE = "payer_alone"
    AMOUNT_ALONE = "amount_alone"
    CURRENCY = "currency"
    NOTHING = "nothing"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Due:
    """An amount that an account still owes. `reference` is what was asked to be written with the payment."""

    id: UUID
    kind: DueKind
    reference: str
    account_id: UUID
    account: str
    vehicle_id: UUID
    vehicle: str
    currency: str
    open: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in and is to be matched."""

    id: UUID
    amount: Decimal
    currency: str
    payer: str
    reference: str


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a payment pays which due."""

    due: Due
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a payment is taken to be for. The parts and the `excess` sum to the payment; `account_id` says whose the
    excess is."""

    payment_id: UUID
    confidence: Confidence
    reason: Reason
    parts: tuple[Part, ...] = ()
    excess: Decimal = Decimal(0)
    account_id: UUID | None = None
