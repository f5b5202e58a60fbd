"""The tables of indices: a series, each upload of it, and the values of each upload, which are never changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, ForeignKeyConstraint, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id


class IndexSeriesRecord(Base):
    """An index of a market; `version` is the upload that counts."""

    __tablename__ = "index_series"
    __table_args__ = (
        CheckConstraint("name <> ''"),
        CheckConstraint("version > 0"),
        UniqueConstraint("firm_id", "name_key", name="index_series_name"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="index_series_firm"))
    name: Mapped[str]
    name_key: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    version: Mapped[int]


class IndexVersionRecord(Base):
    """An upload, and what it changed of the one before."""

    __tablename__ = "index_versions"
    __table_args__ = (CheckConstraint("version > 0"), CheckConstraint("levels > 0"), {"schema": "investments"})

    series_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.index_series.id", name="index_versions_series"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="index_versions_firm"))
    levels: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    added: Mapped[int]
    changed: Mapped[int]
    removed: Mapped[int]
    reason: Mapped[str]
    digest: Mapped[str]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="index_versions_uploaded_by"))
    uploaded_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("clock_timestamp()"))


class IndexLevelRecord(Base):
    """The value of an index on a day, as one upload has it."""

    __tablename__ = "index_levels"
    __table_args__ = (
        CheckConstraint("level > 0"),
        ForeignKeyConstraint(
            ["series_id", "version"],
            ["investments.index_versions.series_id", "investments.index_versions.version"],
            name="index_levels_version",
        ),
        {"schema": "investments"},
    )

    series_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID]
    level: Mapped[Decimal] = mapped_column(Numeric(24, 10))
