"""The tables of subscriptions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

AMOUNT, MOMENT = Numeric(20, 4), TIMESTAMP(timezone=True)
NOW = text("clock_timestamp()")
LIVE = text("state IN ('draft', 'submitted', 'sent_back', 'accepted', 'signed')")


class SetupRecord(Base):
    """How an offering takes subscriptions."""

    __tablename__ = "subscription_setups"
    __table_args__ = (
        CheckConstraint("allocation IN ('first_come', 'pro_rata', 'by_hand')"),
        CheckConstraint("places > 0"),
        CheckConstraint("form_version > 0"),
        {"schema": "investments"},
    )

    opportunity_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.opportunities.id", name="subscription_setups_opportunity"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="subscription_setups_firm"))
    allocation: Mapped[str]
    places: Mapped[int | None]
    countersigner_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("identity.users.id", name="subscription_setups_countersigner")
    )
    form_version: Mapped[int]


class FormRecord(Base):
    """A version of what is asked for an offering. Never changed."""

    __tablename__ = "subscription_forms"
    __table_args__ = (
        CheckConstraint("version > 0"),
        CheckConstraint("terms <> ''"),
        UniqueConstraint("opportunity_id", "version", name="subscription_forms_version"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="subscription_forms_firm"))
    opportunity_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.opportunities.id", name="subscription_forms_opportunity")
    )
    version: Mapped[int]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    statements: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    terms: Mapped[str]
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)


class SubscriptionRecord(Base):
    """An account's request to invest. `reserved` is the room of the offering that it holds, as an
    account that was `accredited` then or was not."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("subscriptions_one_under_way", "opportunity_id", "account_id", unique=True, postgresql_where=LIVE),
        Index("subscriptions_by_account", "account_id", text("created_at DESC"), text("id DESC")),
        Index("subscriptions_by_opportunity", "opportunity_id", "submitted_at", "id"),
        Index("subscriptions_by_firm", "firm_id", text("created_at DESC"), text("id DESC")),
        Index(
            "subscriptions_by_envelope", "envelope_id", unique=True, postgresql_where=text("envelope_id IS NOT NULL")
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="subscriptions_firm"))
    opportunity_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.opportunities.id", name="subscriptions_opportunity")
    )
    close_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("investments.opportunity_closes.id", name="subscriptions_close")
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="subscriptions_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="subscriptions_vehicle"))
    currency: Mapped[str] = mapped_column(CHAR(3))
    state: Mapped[str] = mapped_column(server_default="draft")
    form_version: Mapped[int]
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    answers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    agreed: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    has_read: Mapped[bool] = mapped_column(server_default=text("false"))
    reserved: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    accredited: Mapped[bool] = mapped_column(server_default=text("false"))
    accepted: Mapped[Decimal | None] = mapped_column(AMOUNT)
    comment: Mapped[str] = mapped_column(server_default="")
    submitted_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("identity.users.id", name="subscriptions_submitted_by")
    )
    submitted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    envelope_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.envelopes.id", name="subscriptions_envelope")
    )
    confirmed_on: Mapped[date | None]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="subscriptions_created_by"))
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)


class EventRecord(Base):
    """A line of a subscription's history."""

    __tablename__ = "subscription_events"
    __table_args__ = (Index("subscription_events_by_subscription", "subscription_id", "id"), {"schema": "investments"})

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID]
    subscription_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.subscriptions.id", name="subscription_events_subscription")
    )
    account_id: Mapped[UUID]
    act: Mapped[str]
    actor_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(server_default="")
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
