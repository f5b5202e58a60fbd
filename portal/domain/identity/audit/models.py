"""The record of acts and the blocks that seal it: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base, TransactionId


class AuditEvent(Base):
    """One act of somebody, done or refused."""

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("result IN ('done', 'refused')"),
        Index("audit_events_by_resource", "firm_id", "resource", text("id DESC")),
        Index("audit_events_by_firm", "firm_id", text("id DESC")),
        Index("audit_events_by_actor", "firm_id", "actor_id", text("id DESC")),
        Index("audit_events_by_txid", "firm_id", "txid"),
        Index(
            "audit_events_by_behalf",
            "firm_id",
            "on_behalf_of",
            text("id DESC"),
            postgresql_where=text("on_behalf_of IS NOT NULL"),
        ),
        {"schema": "identity"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="audit_events_firm"))
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("clock_timestamp()"))
    txid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))
    actor_id: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    act: Mapped[str]
    resource: Mapped[str]
    result: Mapped[str]
    address: Mapped[str | None]
    agent: Mapped[str | None]
    request_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)


class AuditSeal(Base):
    """A block: events that can no longer change unseen. `below_txid` is the first transaction that may be in a later
    block, `next_txid` the block's own: later ones had not begun."""

    __tablename__ = "audit_seals"
    __table_args__ = (
        CheckConstraint("number > 0"),
        CheckConstraint("events > 0"),
        CheckConstraint("length(hash) = 32"),
        {"schema": "identity"},
    )

    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="audit_seals_firm"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    events: Mapped[int]
    below_txid: Mapped[int] = mapped_column(TransactionId)
    next_txid: Mapped[int] = mapped_column(TransactionId)
    sealed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]


class AuditSealedEvent(Base):
    """Which block an event is in, and the SHA-256 of the event."""

    __tablename__ = "audit_sealed"
    __table_args__ = (
        CheckConstraint("length(digest) = 32"),
        ForeignKeyConstraint(
            ["firm_id", "number"],
            ["identity.audit_seals.firm_id", "identity.audit_seals.number"],
            name="audit_sealed_seal",
        ),
        Index("audit_sealed_by_seal", "firm_id", "number", "event_id"),
        {"schema": "identity"},
    )

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    firm_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes]
