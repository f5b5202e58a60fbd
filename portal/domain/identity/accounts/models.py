"""The table of users."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class UserRecord(Base):
    """A person who signs in. Their address is sealed, and found by its index."""

    __tablename__ = "users"
    __table_args__ = (
        Index("users_email_index", "email_index", "firm_id", unique=True),
        Index("users_by_name", "firm_id", "name", "id"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="users_firm"))
    email_sealed: Mapped[bytes]
    email_index: Mapped[bytes]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None]
    time_zone: Mapped[str | None]
    email_changed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    phone_sealed: Mapped[bytes | None]
    phone_changed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
