"""What a distribution may be netted against: open calls of its vehicle, and what accounts owe of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from portal.domain.investments.notices.values import Notice


@dataclass(frozen=True, slots=True)
class NettableCall:
    """An issued call of which something is to be paid still: `open`, by so many accounts."""

    id: UUID
    number: int
    currency: str
    issued_on: date
    due_on: date
    open: Decimal
    accounts: int

    @property
    def label(self) -> str:
        """What people call it: C3."""
        return f"C{self.number}"


class Owed(NamedTuple):
    """What an account was asked for by a call, and what of that was paid."""

    asked: Decimal
    paid: Decimal

    @property
    def open(self) -> Decimal:
        """What is to be paid still."""
        return self.asked - self.paid


class Called(NamedTuple):
    """The notice of a call to an account, with what was paid of it beside the distribution that nets it."""

    notice: Notice
    settled: Decimal
