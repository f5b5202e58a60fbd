"""The table of granted roles."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class RoleGrant(Base):
    """One role of one user."""

    __tablename__ = "role_grants"
    __table_args__ = ({"schema": "identity"},)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="role_grants_user"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="role_grants_firm"))
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
