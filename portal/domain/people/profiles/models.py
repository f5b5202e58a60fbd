"""The table of what is personal about people and accounts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class ProfileRecord(Base):
    """What is personal about a person or account, sealed as one."""

    __tablename__ = "profiles"
    __table_args__ = (Index("profiles_by_tax_number", "firm_id", "tax_index"), {"schema": "people"})

    subject_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.subject_keys.subject_id", name="profiles_subject"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="profiles_firm"))
    details: Mapped[bytes]
    tax_index: Mapped[bytes | None]
    changed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    changed_by: Mapped[UUID | None]
