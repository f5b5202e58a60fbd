"""The tables of statements and their runs. Written by set-based statements, a run having thousands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.investments.statements.values.periods import Frequency
from portal.domain.investments.statements.values.statements import StatementState
from portal.platform.db import Base
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

MOMENT = TIMESTAMP(timezone=True)
# Statements whose files may be gone: those of cancelled runs, and of people who were erased and whose time is over.
GONE = """state = 'cancelled' OR EXISTS (SELECT FROM people.erasures e WHERE e.firm_id = investments.statements.firm_id
  AND e.destroyed_at IS NOT NULL AND investments.statements.account_id = ANY (e.account_ids))"""
RELEASED = text("state IN ('published', 'superseded')")


def _one_of(column: str, names: type[Frequency] | type[StatementState]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(name.value) for name in names)})")


class RunRecord(Base):
    """The statements of one vehicle and period, prepared together. Its state follows from theirs."""

    __tablename__ = "statement_runs"
    __table_args__ = (
        _one_of("frequency", Frequency),
        CheckConstraint("(fund IS NULL) = (fund_journals IS NULL)", name="statement_runs_fund"),
        Index("statement_runs_by_firm", "firm_id", text("created_at DESC"), "id"),
        Index(
            "statement_runs_one_open",
            "vehicle_id",
            "frequency",
            "ends_on",
            unique=True,
            postgresql_where=text("published_at IS NULL AND cancelled_at IS NULL"),
        ),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="statement_runs_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="statement_runs_vehicle"))
    frequency: Mapped[str]
    ends_on: Mapped[date]
    reason: Mapped[str]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None] = mapped_column(MOMENT)
    cancelled_at: Mapped[datetime | None] = mapped_column(MOMENT)
    fund: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    fund_journals: Mapped[int | None] = mapped_column(BigInteger)


class StatementRecord(Base):
    """One holding's statement for a period, in one version. A trigger freezes it once it is published."""

    __tablename__ = "statements"
    __table_args__ = (
        _one_of("frequency", Frequency),
        _one_of("state", StatementState),
        CheckConstraint("version > 0"),
        CheckConstraint(
            "state NOT IN ('ready', 'published', 'superseded') OR (snapshot IS NOT NULL AND figures_digest IS NOT NULL"
            " AND file_key IS NOT NULL AND pdf_digest IS NOT NULL AND prepared_at IS NOT NULL)",
            name="statements_whole",
        ),
        CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('published', 'superseded'))", name="statements_released"
        ),
        UniqueConstraint("firm_id", "number", name="statements_number"),
        Index("statements_by_run", "run_id", "state"),
        Index("statements_by_account", "account_id", text("ends_on DESC"), postgresql_where=RELEASED),
        Index("statements_by_holding", "holding_id", text("ends_on DESC")),
        Index(
            "statements_one_published",
            "holding_id",
            "frequency",
            "ends_on",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "statements_versions",
            "holding_id",
            "frequency",
            "ends_on",
            "version",
            unique=True,
            postgresql_where=RELEASED,
        ),
        Index("statements_by_digest", "firm_id", "pdf_digest", postgresql_where=RELEASED),
        Index("statements_by_figures", "firm_id", "figures_digest", postgresql_where=RELEASED),
        file_index("statements_by_file", "file_key"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="statements_firm"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("investments.statement_runs.id", name="statements_run"))
    holding_id: Mapped[UUID] = mapped_column(ForeignKey("investments.holdings.id", name="statements_holding"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="statements_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="statements_vehicle"))
    frequency: Mapped[str]
    ends_on: Mapped[date]
    number: Mapped[str]
    version: Mapped[int]
    state: Mapped[str]
    attempt: Mapped[int] = mapped_column(server_default="1")
    problem: Mapped[str | None]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    figures_digest: Mapped[str | None]
    file_key: Mapped[str | None] = mapped_column(
        info=claim("statements", digest="pdf_digest", size="file_size", unless=GONE)
    )
    pdf_digest: Mapped[str | None]
    file_size: Mapped[int | None] = mapped_column(BigInteger)
    file_pages: Mapped[int | None]
    journals_read: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    prepared_at: Mapped[datetime | None] = mapped_column(MOMENT)
    published_at: Mapped[datetime | None] = mapped_column(MOMENT)
    superseded_at: Mapped[datetime | None] = mapped_column(MOMENT)


class StatementSheet(Base):
    """The digest of a spreadsheet that was made of a statement, so that whoever holds it can have it checked."""

    __tablename__ = "statement_sheets"
    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'"),
        Index("statement_sheets_by_digest", "firm_id", "digest"),
        {"schema": "investments"},
    )

    statement_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.statements.id", name="statement_sheets_statement"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="statement_sheets_firm"))
    made_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
