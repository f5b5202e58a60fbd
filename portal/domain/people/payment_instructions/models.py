"""The tables of payment instructions and of their steps: of an instruction only the state ever changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class PaymentInstructionRecord(Base):
    """Where an account is to be paid, sealed; one at most is in force, and one at most waits."""

    __tablename__ = "payment_instructions"
    __table_args__ = (
        CheckConstraint("method IN ('ach', 'iban')"),
        CheckConstraint("state IN ('waiting', 'approved', 'in_force', 'replaced', 'rejected', 'withdrawn')"),
        UniqueConstraint("id", "account_id", "firm_id", name="payment_instructions_in_account"),
        Index("payment_instructions_in_force", "account_id", unique=True, postgresql_where=text("state = 'in_force'")),
        Index(
            "payment_instructions_pending",
            "account_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'approved')"),
        ),
        Index("payment_instructions_by_account", "account_id", text("entered_at DESC")),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="payment_instructions_firm"))
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="payment_instructions_account")
    )
    method: Mapped[str]
    details: Mapped[bytes]
    escalated_for: Mapped[list[str]] = mapped_column(ARRAY(Text))
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="payment_instructions_entered_by"))
    entered_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    hold_until: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    state: Mapped[str]


class PaymentInstructionEvent(Base):
    """A step of an instruction; only ever added."""

    __tablename__ = "payment_instruction_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["instruction_id", "account_id", "firm_id"],
            [
                "people.payment_instructions.id",
                "people.payment_instructions.account_id",
                "people.payment_instructions.firm_id",
            ],
            name="payment_instruction_events_instruction",
        ),
        Index("payment_instruction_events_by_instruction", "instruction_id", "id"),
        {"schema": "people"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID]
    account_id: Mapped[UUID]
    instruction_id: Mapped[UUID]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    by_user: Mapped[UUID | None]
    reason: Mapped[str]
