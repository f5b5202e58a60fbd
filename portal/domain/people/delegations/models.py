"""The tables of what investors let others see."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class DelegationRecord(Base):
    """That somebody may see accounts of an investor until a day."""

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("relation IN ('spouse', 'accountant', 'lawyer', 'other')"),
        CheckConstraint("scopes <@ '{figures,statements,tax_forms,notices}'::text[] AND cardinality(scopes) > 0"),
        CheckConstraint("grantor_id <> delegate_id", name="delegations_not_oneself"),
        CheckConstraint("until >= given_on AND until <= given_on + 366", name="delegations_length"),
        UniqueConstraint("id", "grantor_id", "delegate_id", "firm_id", name="delegations_pair"),
        Index(
            "delegations_open", "grantor_id", "delegate_id", unique=True, postgresql_where=text("revoked_at IS NULL")
        ),
        Index("delegations_by_delegate", "delegate_id", postgresql_where=text("revoked_at IS NULL")),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="delegations_firm"))
    grantor_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="delegations_grantor"))
    delegate_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="delegations_delegate"))
    called: Mapped[str]
    relation: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    given_on: Mapped[date]
    until: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    revoked_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class DelegatedAccount(Base):
    """One account that may be seen; it goes when the investor no longer acts for it."""

    __tablename__ = "delegated_accounts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["delegation_id", "grantor_id", "delegate_id", "firm_id"],
            [
                "people.delegations.id",
                "people.delegations.grantor_id",
                "people.delegations.delegate_id",
                "people.delegations.firm_id",
            ],
            name="delegated_accounts_delegation",
        ),
        ForeignKeyConstraint(
            ["account_id", "grantor_id"],
            ["people.account_members.account_id", "people.account_members.user_id"],
            name="delegated_accounts_member",
            ondelete="CASCADE",
        ),
        Index("delegated_accounts_by_member", "account_id", "grantor_id"),
        {"schema": "people"},
    )

    delegation_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    grantor_id: Mapped[UUID]
    delegate_id: Mapped[UUID]
    firm_id: Mapped[UUID]
