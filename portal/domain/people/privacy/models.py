"""The tables of consents, exports and erasures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

MOMENT = TIMESTAMP(timezone=True)


class ConsentPurpose(Base):
    """What a firm asks people's consent for. `needed` is asked of everybody until they have answered."""

    __tablename__ = "consent_purposes"
    __table_args__ = (UniqueConstraint("firm_id", "name_key", name="consent_purposes_name"), {"schema": "people"})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="consent_purposes_firm"))
    name: Mapped[str]
    name_key: Mapped[str]
    needed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    retired_at: Mapped[datetime | None] = mapped_column(MOMENT)


class ConsentText(Base):
    """One version of what is asked, word for word; it never changes."""

    __tablename__ = "consent_texts"
    __table_args__ = (CheckConstraint("version > 0"), {"schema": "people"})

    purpose_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.consent_purposes.id", name="consent_texts_purpose"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="consent_texts_firm"))
    body: Mapped[str]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))


class ConsentRecord(Base):
    """Somebody gave or withdrew a consent; never changed, the latest counts."""

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["purpose_id", "version"],
            ["people.consent_texts.purpose_id", "people.consent_texts.version"],
            name="consents_text",
        ),
        Index("consents_by_user", "user_id", "purpose_id", text("id DESC")),
        Index("consents_by_purpose", "purpose_id", "user_id", text("id DESC")),
        {"schema": "people"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="consents_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="consents_user"))
    purpose_id: Mapped[UUID]
    version: Mapped[int]
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    address: Mapped[str | None]
    agent: Mapped[str | None]


class DataExport(Base):
    """All that is held about a person in one file, for them alone, until it goes."""

    __tablename__ = "data_exports"
    __table_args__ = (
        CheckConstraint("state IN ('collecting', 'ready', 'gone')"),
        CheckConstraint(
            "state <> 'ready' OR (ready_at IS NOT NULL AND expires_at IS NOT NULL AND file_key IS NOT NULL"
            " AND file_digest IS NOT NULL AND file_size IS NOT NULL)",
            name="data_exports_whole",
        ),
        file_index("data_exports_by_file", "file_key"),
        Index("data_exports_one_at_once", "user_id", unique=True, postgresql_where=text("state = 'collecting'")),
        Index("data_exports_by_user", "user_id", text("requested_at DESC"), "id"),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="data_exports_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="data_exports_user"))
    state: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(MOMENT)
    ready_at: Mapped[datetime | None] = mapped_column(MOMENT)
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)
    file_key: Mapped[str | None] = mapped_column(
        info=claim("exports", digest="file_digest", size="file_size", unless="state <> 'ready'")
    )
    file_digest: Mapped[str | None]
    file_size: Mapped[int | None] = mapped_column(BigInteger)


class ErasureRecord(Base):
    """A request to erase a person. Once it is done, `plan` says what was kept until when, and `account_ids` which
    accounts' keys go with the person's after `destroy_after`."""

    __tablename__ = "erasures"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn', 'done')"),
        CheckConstraint("state <> 'done' OR (plan IS NOT NULL AND destroy_after IS NOT NULL)", name="erasures_whole"),
        Index(
            "erasures_one_at_once",
            "user_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'approved', 'done')"),
        ),
        Index("erasures_by_firm", "firm_id", text("asked_at DESC"), "id"),
        Index(
            "erasures_due",
            "firm_id",
            "destroy_after",
            postgresql_where=text("state = 'done' AND destroyed_at IS NULL"),
        ),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="erasures_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="erasures_user"))
    state: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="erasures_asked_by"))
    asked_at: Mapped[datetime] = mapped_column(MOMENT)
    reason: Mapped[str]
    answer: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    account_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    destroy_after: Mapped[date | None]
    destroyed_at: Mapped[datetime | None] = mapped_column(MOMENT)


class LegalHold(Base):
    """Somebody said that everything of a person has to stay as it is."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index("legal_holds_one_in_force", "user_id", unique=True, postgresql_where=text("lifted_at IS NULL")),
        {"schema": "people"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="legal_holds_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="legal_holds_user"))
    reason: Mapped[str]
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime] = mapped_column(MOMENT)
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None] = mapped_column(MOMENT)


class RetentionTerm(Base):
    """How many years the firm keeps a category, where that is longer than the law asks for."""

    __tablename__ = "retention_terms"
    __table_args__ = (
        CheckConstraint("category IN ('books', 'tax', 'record')"),
        CheckConstraint("years BETWEEN 1 AND 100"),
        {"schema": "people"},
    )

    firm_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.firms.id", name="retention_terms_firm"), primary_key=True
    )
    category: Mapped[str] = mapped_column(primary_key=True)
    years: Mapped[int]
