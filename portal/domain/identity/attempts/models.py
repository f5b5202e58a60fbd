"""The table of attempts; a row goes when the attempt succeeds or is old."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class AttemptRecord(Base):
    """Somebody tried something with an account (a keyed digest of what was given for one) from an address."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index("attempts_by_account", "kind", "account", text("at DESC")),
        Index("attempts_by_address", "kind", "address", text("at DESC")),
        Index("attempts_by_moment", "kind", text("at DESC")),
        {"schema": "identity"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID]
    kind: Mapped[str]
    account: Mapped[bytes]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
