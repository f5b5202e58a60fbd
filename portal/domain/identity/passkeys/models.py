"""The tables of passkeys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class PasskeyRecord(Base):
    """A passkey of a person, bound to the host name `rp_id`; its private half never leaves their authenticator."""

    __tablename__ = "passkeys"
    __table_args__ = (
        UniqueConstraint("credential_id", name="passkeys_credential"),
        Index("passkeys_by_user", "user_id"),
        {"schema": "identity"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="passkeys_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="passkeys_user"))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    rp_id: Mapped[str]
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    name: Mapped[str]
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class UsedChallenge(Base):
    """A challenge that was answered; it counts no second time."""

    __tablename__ = "passkey_challenges"
    __table_args__ = (Index("passkey_challenges_by_firm", "firm_id", "used_at"), {"schema": "identity"})

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="passkey_challenges_firm"))
    used_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
