"""The table of attestations; never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class AttestationRecord(Base):
    """That somebody looked through who can see what, with all of what they looked at, by ids."""

    __tablename__ = "attestations"
    __table_args__ = (
        CheckConstraint("length(digest) = 32"),
        Index("attestations_by_firm", "firm_id", text("attested_at DESC"), "id"),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="attestations_firm"))
    attested_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="attestations_by"))
    attested_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.clock_timestamp())
    statement: Mapped[str]
    people: Mapped[int]
    accounts: Mapped[int]
    digest: Mapped[bytes]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
