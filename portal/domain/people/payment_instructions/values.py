"""Where an account is paid, as others read it: masked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import orjson

from portal.platform.personal import Place, blind_index, seal, unseal

COLUMN = "people.payment_instructions.details"
HOLD = timedelta(hours=48)
ESCALATES = timedelta(days=14)
# What people of an account changed of late has a compliance officer look at new bank details.
EMAIL, PHONE = "e-mail address", "telephone number"


class Method(StrEnum):
    """How money travels there."""

    ACH = "ach"
    IBAN = "iban"


class InstructionState(StrEnum):
    """Where bank details stand."""

    WAITING = "waiting"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


PENDING = (InstructionState.WAITING, InstructionState.APPROVED)


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Bank details: the IBAN, or the account's number with the bank's routing number (ABA)."""

    method: Method
    holder: str
    bank: str
    number: str = field(repr=False)
    routing: str = ""

    def seal(self, instruction_id: UUID, account_id: UUID, key: bytes) -> bytes:
        """The details under their account's key."""
        return seal(self._text(), Place(COLUMN, instruction_id, account_id), key)

    @classmethod
    def unseal(cls, instruction_id: UUID, account_id: UUID, sealed: bytes, key: bytes) -> BankDetails:
        """The details that were sealed for these instructions."""
        method, *rest = orjson.loads(unseal(sealed, Place(COLUMN, instruction_id, account_id), key))
        return cls(Method(method), *rest)

    def fingerprint(self) -> str:
        """What tells these details from any others, and nobody what they are: approval is given to it."""
        return blind_index(COLUMN, self._text()).hex()

    def _text(self) -> str:
        return orjson.dumps([self.method, self.holder, self.bank, self.number, self.routing]).decode()


@dataclass(frozen=True, slots=True)
class InstructionEvent:
    """A step of bank details."""

    state: InstructionState
    at: datetime
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentInstruction:
    """Bank details of an account: `number` is masked; `escalated_for` says in words why compliance has to look."""

    id: UUID
    account_id: UUID
    account: str
    method: Method
    holder: str
    bank: str
    number: str
    routing: str
    state: InstructionState
    entered_by: str
    entered_by_id: UUID
    entered_at: datetime
    hold_until: datetime
    escalated_for: tuple[str, ...]
    events: tuple[InstructionEvent, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether they wait to come into force."""
        return self.state in PENDING


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """What to tell a person who acts for an account of its bank details."""

    name: str
    email: str
    firm: str
    locale: str
    time_zone: str
    instruction: PaymentInstruction
