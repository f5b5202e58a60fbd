"""The tables of tax forms: allocations, what was issued of them, consents, and what is expected when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

MOMENT = TIMESTAMP(timezone=True)
KINDS = "kind IN ('k1', '1099_div', '1099_int', '1042_s')"
STAGES = "stage IN ('estimate', 'final')"


class TaxRunRecord(Base):
    """A vehicle's allocations of a year for one form; of one that was issued nothing changes."""

    __tablename__ = "tax_runs"
    __table_args__ = (
        CheckConstraint(KINDS),
        CheckConstraint(STAGES),
        CheckConstraint("state IN ('draft', 'waiting', 'issued', 'discarded')"),
        Index("tax_runs_by_vehicle", "vehicle_id", "tax_year", text("created_at DESC"), "id"),
        Index("tax_runs_by_firm", "firm_id", "tax_year", text("created_at DESC"), "id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="tax_runs_firm"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="tax_runs_vehicle"))
    tax_year: Mapped[int]
    kind: Mapped[str]
    stage: Mapped[str]
    payer_ein: Mapped[str]
    payer_address: Mapped[str]
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    state: Mapped[str]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    issued_at: Mapped[datetime | None] = mapped_column(MOMENT)


class TaxAllocationRecord(Base):
    """An account's boxes in a run, of one kind of income where forms are apart by that."""

    __tablename__ = "tax_allocations"
    __table_args__ = (Index("tax_allocations_by_account", "account_id"), {"schema": "investments"})

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.tax_runs.id", name="tax_allocations_run"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("people.investor_accounts.id", name="tax_allocations_account"), primary_key=True
    )
    income: Mapped[str] = mapped_column(primary_key=True, server_default="")
    firm_id: Mapped[UUID]
    boxes: Mapped[dict[str, Any]] = mapped_column(JSONB)


class TaxFormRecord(Base):
    """A form as it was issued to an account, frozen; only the day its paper was sent is added."""

    __tablename__ = "tax_forms"
    __table_args__ = (
        CheckConstraint(KINDS),
        CheckConstraint(STAGES),
        CheckConstraint("delivery IN ('electronic', 'paper')"),
        CheckConstraint("mailed_on IS NULL OR delivery = 'paper'", name="tax_forms_mailed"),
        UniqueConstraint(
            "vehicle_id", "tax_year", "kind", "account_id", "income", "version", name="tax_forms_versions"
        ),
        Index("tax_forms_by_run", "run_id"),
        Index("tax_forms_by_account", "account_id", text("tax_year DESC"), "id"),
        Index("tax_forms_replacing", "replaces", unique=True, postgresql_where=text("replaces IS NOT NULL")),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="tax_forms_firm"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("investments.tax_runs.id", name="tax_forms_run"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="tax_forms_account"))
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("investments.vehicles.id", name="tax_forms_vehicle"))
    tax_year: Mapped[int]
    kind: Mapped[str]
    income: Mapped[str] = mapped_column(server_default="")
    stage: Mapped[str]
    version: Mapped[int]
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("investments.tax_forms.id", name="tax_forms_replaced"))
    delivery: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    figures_digest: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(MOMENT)
    mailed_on: Mapped[date | None]
    mailed_by: Mapped[UUID | None]


class TaxConsentRecord(Base):
    """An answer to the text about forms in the portal alone; never changed."""

    __tablename__ = "tax_consents"
    __table_args__ = (
        Index("tax_consents_by_account", "account_id", text("at DESC"), text("id DESC")),
        Index("tax_consents_by_user", "user_id"),
        {"schema": "investments"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="tax_consents_firm"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="tax_consents_account"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="tax_consents_user"))
    version: Mapped[int]
    body: Mapped[str]
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())
    address: Mapped[str | None]
    agent: Mapped[str | None]


class TaxSeasonRecord(Base):
    """When the forms of a vehicle and year are expected."""

    __tablename__ = "tax_seasons"
    __table_args__ = ({"schema": "investments"},)

    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("investments.vehicles.id", name="tax_seasons_vehicle"), primary_key=True
    )
    tax_year: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="tax_seasons_firm"))
    expected_on: Mapped[date]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
