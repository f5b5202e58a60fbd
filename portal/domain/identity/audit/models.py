"""The record of acts: append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base, TransactionId


class AuditEvent(Base):
    """One act of somebody, done or refused."""

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("result IN ('done', 'refused')"),
        Index("audit_events_by_resource", "firm_id", "resource", text("id DESC")),
        {"schema": "identity"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="audit_events_firm"))
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("clock_timestamp()"))
    txid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))
    actor_id: Mapped[UUID | None]
    act: Mapped[str]
    resource: Mapped[str]
    result: Mapped[str]
    address: Mapped[str | None]
    request_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
