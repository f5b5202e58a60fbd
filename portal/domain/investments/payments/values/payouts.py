"""Payment files: who is paid what, from which account of the firm."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

RETURN_CODE = re.compile(r"R[0-9]{2}|[A-Z]{2}[0-9]{2}")  # NACHA's, or ISO 20022's (AC04)
RETURN_REASONS = {
    "R01": "Insufficient funds",
    "R02": "Account closed",
    "R03": "No account, or it could not be found",
    "R04": "Invalid account number",
    "R06": "Returned at the request of the bank that sent it",
    "R10": "The holder says that it was not authorised",
    "R12": "The account was sold to another bank",
    "R13": "Invalid routing number",
    "R14": "The representative of the payee has died or cannot act",
    "R15": "The payee has died",
    "R16": "The account is frozen",
    "R17": "The details of the account do not agree",
    "R20": "No account for such payments",
    "R23": "Refused by the receiver",
    "R29": "The company says that it was not authorised",
    "AC01": "Incorrect account number",
    "AC04": "Account closed",
    "AC06": "The account is blocked",
    "AM09": "Wrong amount",
    "MD07": "The payee has died",
    "MS03": "No reason given",
}


class FileFormat(StrEnum):
    """The kinds of payment files that are made."""

    NACHA = "nacha"
    SEPA = "pain.001"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Origin:
    """The firm's own bank account: for NACHA the bank's routing number, its name and the ten digits by which it knows
    the company; for SEPA the IBAN and, where it is needed, the BIC."""

    name: str
    bank: str = ""
    routing: str = ""
    company_id: str = ""
    iban: str = field(default="", repr=False)
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Payee:
    """One payment of a file. `id` is the short name by which the bank tells it back, unique in the firm; `is_person`
    says that a natural person is paid. `routing` is empty for an IBAN."""

    id: str
    share_id: UUID
    account_id: UUID
    name: str
    amount: Decimal
    number: str = field(repr=False)
    routing: str = ""
    is_person: bool = True


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """All that a payment file says. `made_at` is in the firm's time; `number` tells the firm's files of a day apart."""

    id: str
    origin: Origin
    currency: str
    pay_on: date
    made_at: datetime
    number: int
    about: str
    payees: tuple[Payee, ...]

    @property
    def total(self) -> Decimal:
        """What is paid in all."""
        return sum((each.amount for each in self.payees), Decimal(0))


@dataclass(frozen=True, slots=True)
class PaymentReturn:
    """A payment that came back: its short name or trace, why, and how much where the bank says it."""

    payee_id: str
    code: str
    amount: Decimal | None


class OutgoingState(StrEnum):
    """Where a payment of a file stands."""

    MADE = "made"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A payment file as others read it; its content opens only to be downloaded."""

    id: UUID
    number: int
    distribution_id: UUID
    vehicle_id: UUID
    vehicle: str
    format: FileFormat
    currency: str
    pay_on: date
    payments: int
    total: Decimal
    digest: str
    made_by: str | None
    made_at: datetime
    returned: int

    @property
    def name(self) -> str:
        """What the file is called when it is downloaded."""
        ending = {FileFormat.NACHA: "ach", FileFormat.SEPA: "xml", FileFormat.CSV: "csv"}[self.format]
        return f"payments-{self.number}.{ending}"

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Where it stands in lists, the newest first."""
        return self.made_at, self.id


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A payment of a file."""

    id: UUID
    place: int
    share_id: UUID
    account_id: UUID
    account: str
    code: str
    trace: str
    amount: Decimal
    state: OutgoingState
    return_code: str
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unpayable:
    """A share that no file of a kind can pay, and why."""

    account_id: UUID
    account: str
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class PayoutPreview:
    """What a payment file of one kind would hold: the payees by name and amount, and who is left out."""

    distribution_id: UUID
    distribution: str
    vehicle_id: UUID
    currency: str
    format: FileFormat
    payees: tuple[Payee, ...]
    left_out: tuple[Unpayable, ...]
    origin: Origin | None
    has_origin: bool
    made_by_id: UUID | None

    @property
    def total(self) -> Decimal:
        """What would be paid in all."""
        return sum((each.amount for each in self.payees), Decimal(0))
