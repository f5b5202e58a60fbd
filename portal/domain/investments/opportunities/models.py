"""The tables of opportunities, of interest and questions, and of prospects."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

AMOUNT = Numeric(20, 4)
MOMENT = TIMESTAMP(timezone=True)
HERE = {"schema": "investments"}


def _refers(table: str, name: str, **more: Any) -> ForeignKey:
    return ForeignKey(f"{table}.id", name=name, **more)


class OpportunityRecord(Base):
    """What is offered; investors see it once it is open."""

    __tablename__ = "opportunities"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'waiting', 'open', 'closed', 'funded')"),
        CheckConstraint("maximum >= minimum AND cap >= minimum", name="opportunities_amounts"),
        UniqueConstraint("firm_id", "name_key", name="opportunities_name"),
        Index("opportunities_by_firm", "firm_id", text("created_at DESC"), text("id DESC")),
        Index("opportunities_by_vehicle", "vehicle_id"),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunities_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(_refers("investments.vehicles", "opportunities_vehicle"))
    name: Mapped[str]
    name_key: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    exemption: Mapped[str]
    audience: Mapped[str] = mapped_column(server_default="everybody")
    currency: Mapped[str] = mapped_column(CHAR(3))
    target: Mapped[Decimal] = mapped_column(AMOUNT)
    minimum: Mapped[Decimal] = mapped_column(AMOUNT)
    maximum: Mapped[Decimal | None] = mapped_column(AMOUNT)
    cap: Mapped[Decimal | None] = mapped_column(AMOUNT)
    jurisdictions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    summary: Mapped[str] = mapped_column(server_default="")
    terms: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    room_id: Mapped[UUID | None] = mapped_column(_refers("documents.rooms", "opportunities_room"))
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    opened_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    funded_at: Mapped[datetime | None] = mapped_column(MOMENT)


class CapacityRecord(Base):
    """How much of an opportunity is taken: the row that everybody locks who takes some."""

    __tablename__ = "opportunity_capacities"
    __table_args__ = (CheckConstraint("non_accredited BETWEEN 0 AND 35"), HERE)

    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_capacities_opportunity"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_capacities_firm"))
    taken: Mapped[Decimal] = mapped_column(AMOUNT, server_default="0")
    places: Mapped[int] = mapped_column(server_default="0")
    non_accredited: Mapped[int] = mapped_column(server_default="0")


class CloseRecord(Base):
    """A day on which subscriptions are admitted."""

    __tablename__ = "opportunity_closes"
    __table_args__ = (UniqueConstraint("opportunity_id", "number", name="opportunity_closes_number"), HERE)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_closes_firm"))
    opportunity_id: Mapped[UUID] = mapped_column(_refers("investments.opportunities", "opportunity_closes_opportunity"))
    number: Mapped[int]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class OfferedDocumentRecord(Base):
    """That a document of the library belongs to an opportunity."""

    __tablename__ = "opportunity_documents"
    __table_args__ = (Index("opportunity_documents_by_document", "document_id"), HERE)

    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_documents_opportunity"), primary_key=True
    )
    document_id: Mapped[UUID] = mapped_column(
        _refers("documents.documents", "opportunity_documents_document", ondelete="CASCADE"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_documents_firm"))
    must_read: Mapped[bool] = mapped_column(server_default="false")


class NamedAccountRecord(Base):
    """That an opportunity is shown to an account by name."""

    __tablename__ = "opportunity_accounts"
    __table_args__ = (Index("opportunity_accounts_by_account", "account_id"), HERE)

    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_accounts_opportunity"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(
        _refers("people.investor_accounts", "opportunity_accounts_account"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_accounts_firm"))


class OfferedVehicleRecord(Base):
    """That an opportunity is shown to everybody invested in a vehicle."""

    __tablename__ = "opportunity_vehicles"
    __table_args__ = (Index("opportunity_vehicles_by_vehicle", "vehicle_id"), HERE)

    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_vehicles_opportunity"), primary_key=True
    )
    vehicle_id: Mapped[UUID] = mapped_column(
        _refers("investments.vehicles", "opportunity_vehicles_vehicle"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_vehicles_firm"))


class WatchRecord(Base):
    """That a person watches an opportunity."""

    __tablename__ = "opportunity_watches"
    __table_args__ = (Index("opportunity_watches_by_user", "user_id"), HERE)

    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_watches_opportunity"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(_refers("identity.users", "opportunity_watches_user"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_watches_firm"))
    since: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class InterestRecord(Base):
    """What an account says now that it may invest."""

    __tablename__ = "interests"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "account_id", name="interests_once"),
        UniqueConstraint("id", "firm_id", "account_id", name="interests_owned"),
        Index("interests_by_account", "account_id"),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "interests_firm"))
    opportunity_id: Mapped[UUID] = mapped_column(_refers("investments.opportunities", "interests_opportunity"))
    account_id: Mapped[UUID] = mapped_column(_refers("people.investor_accounts", "interests_account"))
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    state: Mapped[str] = mapped_column(server_default="standing")
    changed_at: Mapped[datetime] = mapped_column(MOMENT)


class InterestChangeRecord(Base):
    """What somebody said of an interest; only ever added."""

    __tablename__ = "interest_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["interest_id", "firm_id", "account_id"],
            [f"investments.interests.{column}" for column in ("id", "firm_id", "account_id")],
            name="interest_changes_interest",
        ),
        Index("interest_changes_by_interest", "interest_id", "id"),
        HERE,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID]
    interest_id: Mapped[UUID]
    account_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    state: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    changed_by: Mapped[UUID] = mapped_column(_refers("identity.users", "interest_changes_by"))
    changed_at: Mapped[datetime] = mapped_column(MOMENT)


class OfferingQuestionRecord(Base):
    """A question about an opportunity."""

    __tablename__ = "opportunity_questions"
    __table_args__ = (
        Index("opportunity_questions_by_opportunity", "opportunity_id", text("asked_at DESC"), text("id DESC")),
        Index("opportunity_questions_by_asker", "asked_by", text("asked_at DESC")),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_questions_firm"))
    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_questions_opportunity")
    )
    asked_by: Mapped[UUID] = mapped_column(_refers("identity.users", "opportunity_questions_asker"))
    asked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    question: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")


class OfferingAnswerRecord(Base):
    """The answer to a question, and the question as others read it."""

    __tablename__ = "opportunity_answers"
    __table_args__ = (Index("opportunity_answers_by_opportunity", "opportunity_id", text("answered_at DESC")), HERE)

    question_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunity_questions", "opportunity_answers_question"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "opportunity_answers_firm"))
    opportunity_id: Mapped[UUID] = mapped_column(
        _refers("investments.opportunities", "opportunity_answers_opportunity")
    )
    audience: Mapped[str]
    question: Mapped[str]
    answer: Mapped[str]
    answered_by: Mapped[UUID]
    answered_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class ProspectRecord(Base):
    """Somebody who may come to invest."""

    __tablename__ = "prospects"
    __table_args__ = (
        CheckConstraint("probability BETWEEN 0 AND 100"),
        Index("prospects_by_stage", "firm_id", "stage", text("changed_at DESC"), text("id DESC")),
        Index("prospects_by_change", "firm_id", text("changed_at DESC"), text("id DESC")),
        Index("prospects_due", "firm_id", "next_on", postgresql_where=text("next_on IS NOT NULL")),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "prospects_firm"))
    name: Mapped[str]
    organisation: Mapped[str] = mapped_column(server_default="")
    account_id: Mapped[UUID | None] = mapped_column(_refers("people.investor_accounts", "prospects_account"))
    opportunity_id: Mapped[UUID | None] = mapped_column(_refers("investments.opportunities", "prospects_opportunity"))
    stage: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str] = mapped_column(CHAR(3))
    probability: Mapped[int] = mapped_column(SmallInteger)
    owner_id: Mapped[UUID] = mapped_column(_refers("identity.users", "prospects_owner"))
    next_on: Mapped[date | None]
    next_step: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class ProspectNoteRecord(Base):
    """What somebody wrote down about a prospect."""

    __tablename__ = "prospect_notes"
    __table_args__ = (
        Index("prospect_notes_by_prospect", "prospect_id", text("written_at DESC"), text("id DESC")),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_refers("identity.firms", "prospect_notes_firm"))
    prospect_id: Mapped[UUID] = mapped_column(
        _refers("investments.prospects", "prospect_notes_prospect", ondelete="CASCADE")
    )
    body: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(_refers("identity.users", "prospect_notes_writer"))
    written_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
