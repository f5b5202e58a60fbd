"""The tables of investor accounts and of who acts for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CHAR, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class InvestorAccount(Base):
    """The legal holder of investments."""

    __tablename__ = "investor_accounts"
    __table_args__ = (
        UniqueConstraint("firm_id", "name_key", name="investor_accounts_name"),
        Index("investor_accounts_by_number", "firm_id", "number", unique=True),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="investor_accounts_firm"))
    name: Mapped[str]
    name_key: Mapped[str]
    kind: Mapped[str]
    tax_residence: Mapped[str | None] = mapped_column(CHAR(2))
    number: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())


class AccountMember(Base):
    """A user who acts for an account."""

    __tablename__ = "account_members"
    __table_args__ = (Index("account_members_by_user", "user_id", "account_id"), {"schema": "people"})

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="account_members_account"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.users.id", name="account_members_user"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="account_members_firm"))
    granted_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
