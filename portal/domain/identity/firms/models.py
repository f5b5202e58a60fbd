"""The table of firms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, false, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class FirmRecord(Base):
    """One firm."""

    __tablename__ = "firms"
    __table_args__ = (
        UniqueConstraint("slug", name="firms_slug"),
        UniqueConstraint("host", name="firms_host"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str]
    name: Mapped[str]
    host: Mapped[str | None]
    accent: Mapped[str] = mapped_column(default="slate")
    locale: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    require_factor_of_investors: Mapped[bool] = mapped_column(default=False)
    text_codes: Mapped[bool] = mapped_column(default=False, server_default=false())
    open_registration: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
