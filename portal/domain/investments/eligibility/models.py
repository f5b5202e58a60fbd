"""The table of verifications."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

MOMENT = TIMESTAMP(timezone=True)


class VerificationRecord(Base):
    """One verification of an account; decided once, and ended once if it was confirmed."""

    __tablename__ = "verifications"
    __table_args__ = (
        CheckConstraint("kind IN ('accreditation', 'identity', 'tax_form')"),
        CheckConstraint("state IN ('waiting', 'confirmed', 'refused', 'ended')"),
        CheckConstraint("(decided_at IS NULL) = (state = 'waiting')", name="verifications_decided"),
        CheckConstraint("decided_by <> asked_by", name="verifications_two_people"),
        Index("verifications_by_account", "account_id", "kind", text("decided_at DESC")),
        Index(
            "verifications_waiting_once",
            "account_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("verifications_to_decide", "firm_id", "asked_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("verifications_expiring", "firm_id", "expires_on", "id", postgresql_where=text("state = 'confirmed'")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="verifications_firm"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="verifications_account"))
    kind: Mapped[str]
    basis: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.documents.id", name="verifications_evidence")
    )
    dated_on: Mapped[date]
    expires_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="verifications_asked_by"))
    asked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="verifications_decided_by"))
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
