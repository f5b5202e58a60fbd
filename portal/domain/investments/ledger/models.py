"""The tables of holdings, journals and postings. Written by set-based statements, never row by row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.investments.ledger.values import Bucket, EntryKind
from portal.platform.db import Base, TransactionId
from portal.platform.ids import new_id

AMOUNT = Numeric(20, 4)
OWNED = [f"investments.holdings.{column}" for column in ("id", "firm_id", "account_id")]


def _one_of(column: str, names: type[EntryKind] | type[Bucket]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(name.value) for name in names)})")


class Holding(Base):
    """An account's part in a vehicle, with its balances, kept by triggers as postings arrive."""

    __tablename__ = "holdings"
    __table_args__ = (
        UniqueConstraint("account_id", "vehicle_id", name="holdings_account_vehicle"),
        UniqueConstraint("id", "firm_id", "account_id", name="holdings_owned"),
        Index("holdings_by_vehicle", "vehicle_id", "account_id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="holdings_firm"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="holdings_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="holdings_vehicle"))
    currency: Mapped[str] = mapped_column(CHAR(3))
    commitment: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    unfunded: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    paid_in: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    distributed: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    net_assets: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    fees: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    called: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    transferred: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    opening: Mapped[bool] = mapped_column(server_default="false")
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    last_flow_on: Mapped[date | None]
    valued_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())


class Journal(Base):
    """One entry of one holding; never changed, corrected by a reversal that names it."""

    __tablename__ = "journals"
    __table_args__ = (
        UniqueConstraint("firm_id", "business_key", "generation", name="journals_business_key"),
        ForeignKeyConstraint(["holding_id", "firm_id", "account_id"], OWNED, name="journals_holding"),
        _one_of("kind", EntryKind),
        Index("journals_by_holding", "holding_id", "effective_on", "id"),
        Index("journals_by_account", "account_id", "effective_on", "id"),
        Index("journals_by_firm", "firm_id", "effective_on", "id"),
        Index("journals_by_batch", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
        Index(
            "journals_of_carry",
            "holding_id",
            "effective_on",
            postgresql_where=text("kind IN ('carried_interest', 'clawback')"),
        ),
        Index("journals_one_reversal", "reverses", unique=True, postgresql_where=text("reverses IS NOT NULL")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID]
    holding_id: Mapped[UUID]
    account_id: Mapped[UUID]
    kind: Mapped[str]
    opening: Mapped[bool] = mapped_column(server_default="false")
    business_key: Mapped[str]
    generation: Mapped[int] = mapped_column(server_default="1")
    content_digest: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    unfunded_effect: Mapped[Decimal] = mapped_column(AMOUNT)
    stated_nav: Mapped[Decimal | None] = mapped_column(AMOUNT)
    effective_on: Mapped[date]
    posted_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("clock_timestamp()"))
    posted_by: Mapped[UUID | None]
    reference: Mapped[str]
    batch_id: Mapped[UUID | None]
    reverses: Mapped[UUID | None] = mapped_column(ForeignKey("investments.journals.id", name="journals_reverses"))
    txid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))


class Posting(Base):
    """One line of a journal, which the database asks for when the line is added."""

    __tablename__ = "postings"
    __table_args__ = (
        _one_of("bucket", Bucket),
        Index("postings_by_journal", "journal_id"),
        Index("postings_by_holding", "holding_id", "effective_on", postgresql_include=["bucket", "amount"]),
        {"schema": "investments"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID]
    journal_id: Mapped[UUID]
    holding_id: Mapped[UUID]
    account_id: Mapped[UUID]
    bucket: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    effective_on: Mapped[date]
