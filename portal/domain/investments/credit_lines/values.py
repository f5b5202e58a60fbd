"""When a subscription line advanced what a capital call asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CallFinancing:
    """An issued call, and since when the line had advanced it, if it had."""

    call_id: UUID
    vehicle_id: UUID
    vehicle: str
    currency: str
    number: int
    amount: Decimal
    issued_on: date
    due_on: date
    drawn_on: date | None
    recorded_by: str


class AdvancedPayment(NamedTuple):
    """What an account paid of a call after the line had advanced it."""

    holding_id: UUID
    paid_on: date
    drawn_on: date
    amount: Decimal
