"""The tables of second factors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base


class TotpFactor(Base):
    """A person's authenticator app. `secret` is sealed; `last_step` is the step of the latest code that was taken."""

    __tablename__ = "totp_factors"
    __table_args__ = (UniqueConstraint("user_id", name="totp_factors_one"), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="totp_factors_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="totp_factors_user"))
    secret: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class TextFactor(Base):
    """That a person is sent codes by text message."""

    __tablename__ = "text_factors"
    __table_args__ = (UniqueConstraint("user_id", name="text_factors_one"), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="text_factors_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="text_factors_user"))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class TextCode(Base):
    """The code that was sent to a person last, until it is used; the code itself is only in the message."""

    __tablename__ = "text_codes"
    __table_args__ = (UniqueConstraint("user_id", name="text_codes_one"), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="text_codes_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="text_codes_user"))
    code_hash: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))


class RecoveryCode(Base):
    """One recovery code, good once; the code itself is only on the person's paper."""

    __tablename__ = "recovery_codes"
    __table_args__ = ({"schema": "identity"},)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="recovery_codes_user"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="recovery_codes_firm"))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class FactorAttempt(Base):
    """One try that has not come to a good end."""

    __tablename__ = "factor_attempts"
    __table_args__ = (Index("factor_attempts_by_user", "user_id", text("at DESC")), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="factor_attempts_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="factor_attempts_user"))
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
