"""The tables of requests and of what people said to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class ApprovalRecord(Base):
    """A request for approval."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'executed', 'rejected', 'withdrawn')"),
        CheckConstraint("needed > 0"),
        UniqueConstraint("id", "maker_id", "firm_id", name="approvals_maker"),
        Index("approvals_open", "firm_id", "kind", "subject", unique=True, postgresql_where=text("state = 'open'")),
        Index("approvals_by_firm", "firm_id", text("created_at DESC"), text("id DESC")),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="approvals_firm"))
    kind: Mapped[str]
    subject: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[bytes]
    reason: Mapped[str]
    maker_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="approvals_asked_by"))
    needed: Mapped[int]
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class ApprovalVote(Base):
    """What one person said to one content of a request; never changed. Nobody approves their own: the row carries who
    asked, its key proves it, and the check keeps the two apart."""

    __tablename__ = "approval_votes"
    __table_args__ = (
        CheckConstraint("approver_id <> maker_id", name="approval_votes_not_by_maker"),
        ForeignKeyConstraint(
            ["approval_id", "maker_id", "firm_id"],
            ["identity.approvals.id", "identity.approvals.maker_id", "identity.approvals.firm_id"],
            name="approval_votes_approval",
        ),
        {"schema": "identity"},
    )

    approval_id: Mapped[UUID] = mapped_column(primary_key=True)
    approver_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.users.id", name="approval_votes_approver"), primary_key=True
    )
    content_hash: Mapped[bytes] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    maker_id: Mapped[UUID]
    approves: Mapped[bool]
    comment: Mapped[str]
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.clock_timestamp())
