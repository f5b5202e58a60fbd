"""The tables of what came in from banks and what goes out to them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base

AMOUNT = Numeric(20, 4)
MOMENT = TIMESTAMP(timezone=True)


class BankFileRecord(Base):
    """A file of a bank that was read; the very same file is read once."""

    __tablename__ = "bank_files"
    __table_args__ = (
        CheckConstraint("format IN ('csv', 'camt.053', 'bai2')"),
        UniqueConstraint("firm_id", "digest", name="bank_files_once"),
        Index("bank_files_by_firm", "firm_id", text("read_at DESC"), text("id DESC")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="bank_files_firm"))
    name: Mapped[str]
    digest: Mapped[str]
    format: Mapped[str]
    lines: Mapped[int]
    taken: Mapped[int]
    read_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="bank_files_read_by"))
    read_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class BankLayoutRecord(Base):
    """Which columns of the files of an account (or of those of no known one) hold what: names by field."""

    __tablename__ = "bank_layouts"
    __table_args__ = (
        UniqueConstraint(
            "firm_id", "receiving_details_id", name="bank_layouts_of_account", postgresql_nulls_not_distinct=True
        ),
        Index("bank_layouts_by_account", "receiving_details_id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="bank_layouts_firm"))
    receiving_details_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("investments.receiving_details.id", name="bank_layouts_account")
    )
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB)
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="bank_layouts_set_by"))
    set_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class BankLineRecord(Base):
    """A movement on the firm's bank account, taken once however many files tell it."""

    __tablename__ = "bank_lines"
    __table_args__ = (
        CheckConstraint("amount <> 0"),
        CheckConstraint("state IN ('open', 'waiting', 'matched', 'aside')"),
        UniqueConstraint("firm_id", "identity", name="bank_lines_once"),
        Index("bank_lines_by_file", "file_id", "number"),
        Index(
            "bank_lines_to_match",
            "firm_id",
            "booked_on",
            "number",
            "id",
            postgresql_where=text("state = 'open' AND amount > 0"),
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("investments.bank_files.id", name="bank_lines_file"))
    number: Mapped[int]
    booked_on: Mapped[date]
    value_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str] = mapped_column(CHAR(3))
    payer: Mapped[str]
    reference: Mapped[str]
    bank_id: Mapped[str]
    account: Mapped[str]
    identity: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")


class ReceiptRecord(Base):
    """What a payment that came in was taken to be for; one at most stands for a line."""

    __tablename__ = "receipts"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'posted', 'rejected', 'undone')"),
        CheckConstraint("excess >= 0"),
        CheckConstraint("excess_state IN ('none', 'open', 'refunded', 'used')"),
        CheckConstraint("(excess > 0) = (excess_account_id IS NOT NULL)", name="receipts_excess"),
        Index("receipts_of_line", "line_id", unique=True, postgresql_where=text("state IN ('waiting', 'posted')")),
        Index("receipts_by_firm", "firm_id", text("made_at DESC"), text("id DESC")),
        Index(
            "receipts_excess_open",
            "firm_id",
            "made_at",
            postgresql_where=text("state = 'posted' AND excess_state = 'open'"),
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    line_id: Mapped[UUID] = mapped_column(ForeignKey("investments.bank_lines.id", name="receipts_line"))
    state: Mapped[str]
    reason: Mapped[str]
    excess: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    excess_account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="receipts_excess_account")
    )
    excess_state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="receipts_made_by"))
    made_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    posted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="receipts_undone_by"))
    undone_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ReceiptPartRecord(Base):
    """How much of a payment pays which due."""

    __tablename__ = "receipt_parts"
    __table_args__ = (
        CheckConstraint("kind IN ('call', 'late_interest', 'payback')"),
        CheckConstraint("amount > 0"),
        UniqueConstraint("receipt_id", "due_id", name="receipt_parts_once"),
        Index("receipt_parts_by_due", "due_id"),
        {"schema": "investments"},
    )

    receipt_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.receipts.id", name="receipt_parts_receipt"), primary_key=True
    )
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    firm_id: Mapped[UUID]
    kind: Mapped[str]
    due_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="receipt_parts_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="receipt_parts_vehicle"))
    reference: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)


class LateInterestRecord(Base):
    """Interest that is asked for on what was paid late, with the numbers it is made of."""

    __tablename__ = "late_interests"
    __table_args__ = (
        CheckConstraint("amount > 0"),
        CheckConstraint("state IN ('asked', 'waived', 'void')"),
        UniqueConstraint("receipt_id", "share_id", name="late_interests_once"),
        CheckConstraint("paid BETWEEN 0 AND amount", name="late_interests_paid"),
        Index("late_interests_open", "firm_id", "due_on", postgresql_where=text("state = 'asked' AND paid < amount")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="late_interests_firm"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="late_interests_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="late_interests_vehicle"))
    share_id: Mapped[UUID]
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("investments.receipts.id", name="late_interests_receipt"))
    reference: Mapped[str]
    principal: Mapped[Decimal] = mapped_column(AMOUNT)
    rate: Mapped[Decimal] = mapped_column(Numeric(7, 6))
    days: Mapped[int]
    year: Mapped[int]
    due_on: Mapped[date]
    paid_on: Mapped[date]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    paid: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class PaymentOriginRecord(Base):
    """From which bank account a vehicle pays."""

    __tablename__ = "payment_origins"
    __table_args__ = (
        UniqueConstraint("vehicle_id", name="payment_origins_of_vehicle"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="payment_origins_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="payment_origins_vehicle"))
    name: Mapped[str]
    bank: Mapped[str]
    routing: Mapped[str]
    company_id: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    set_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="payment_origins_set_by"))
    set_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class PaymentFileRecord(Base):
    """A payment file, sealed; made once."""

    __tablename__ = "payment_files"
    __table_args__ = (
        CheckConstraint("format IN ('nacha', 'pain.001', 'csv')"),
        CheckConstraint("payments > 0"),
        CheckConstraint("total > 0"),
        UniqueConstraint("firm_id", "number", name="payment_files_number"),
        Index("payment_files_by_firm", "firm_id", text("made_at DESC"), text("id DESC")),
        Index("payment_files_of_distribution", "distribution_id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="payment_files_firm"))
    number: Mapped[int]
    distribution_id: Mapped[UUID]
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="payment_files_vehicle"))
    format: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    pay_on: Mapped[date]
    payments: Mapped[int]
    total: Mapped[Decimal] = mapped_column(AMOUNT)
    content: Mapped[bytes]
    digest: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="payment_files_made_by"))
    made_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class OutgoingPaymentRecord(Base):
    """A payment of a file. A share stands in one file at a time: another may hold it once it came back."""

    __tablename__ = "outgoing_payments"
    __table_args__ = (
        CheckConstraint("amount > 0"),
        CheckConstraint("state IN ('made', 'returned')"),
        UniqueConstraint("file_id", "place", name="outgoing_payments_place"),
        UniqueConstraint("firm_id", "payment_code", name="outgoing_payments_code"),
        Index("outgoing_payments_once", "share_id", unique=True, postgresql_where=text("state = 'made'")),
        Index("outgoing_payments_by_trace", "firm_id", "trace", postgresql_where=text("trace <> ''")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("investments.payment_files.id", name="outgoing_payments_file"))
    place: Mapped[int]
    share_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="outgoing_payments_account")
    )
    payment_code: Mapped[str]
    trace: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    state: Mapped[str]
    return_code: Mapped[str] = mapped_column(server_default="")
    returned_at: Mapped[datetime | None] = mapped_column(MOMENT)
