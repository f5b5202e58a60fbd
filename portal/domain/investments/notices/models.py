"""The table of notices. Written by set-based statements, a call having thousands; never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.investments.notices.values import NoticeKind
from portal.platform.db import Base
from portal.platform.ids import new_id


class NoticeRecord(Base):
    """What an account was told of a call or a distribution (`subject_id`): its figures, frozen."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in NoticeKind)})"),
        UniqueConstraint("subject_id", "account_id", "kind", name="notices_once"),
        Index("notices_by_account", "account_id", text("issued_at DESC"), "id"),
        Index("notices_by_vehicle", "vehicle_id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="notices_firm"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="notices_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="notices_vehicle"))
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    number: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    figures_digest: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
