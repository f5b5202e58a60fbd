"""The tables of the library."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, FetchedValue, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.documents.library.values.documents import Audience, DocumentState, DocumentType
from portal.domain.documents.library.values.files import CONTENT_TYPES, VersionState
from portal.domain.documents.library.values.folders import FolderKind
from portal.platform.db import Base, TransactionId
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

MOMENT = TIMESTAMP(timezone=True)
UNPUBLISHED = text("state IN ('draft', 'scheduled')")


def _one_of(column: str, names: Any) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(name)) for name in names)})")


def _newest(name: str, column: str, where: str) -> Index:
    """The newest first, of what the column says."""
    return Index(name, column, text("created_at DESC"), text("id DESC"), postgresql_where=text(where))


class FolderRecord(Base):
    """A folder. Each vehicle, account, room and the firm have one without a parent."""

    __tablename__ = "folders"
    __table_args__ = (
        _one_of("kind", FolderKind),
        CheckConstraint("name <> ''"),
        CheckConstraint("(subject_id IS NOT NULL) = (kind IN ('vehicle', 'account', 'room'))", name="folders_subject"),
        CheckConstraint("(parent_id IS NULL) = (kind <> 'folder')", name="folders_root"),
        UniqueConstraint(
            "firm_id",
            "parent_id",
            "kind",
            "subject_id",
            "name_key",
            name="folders_name",
            postgresql_nulls_not_distinct=True,
        ),
        Index(
            "folders_one_of_subject",
            "firm_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("kind IN ('vehicle', 'account', 'room')"),
        ),
        Index("folders_one_of_firm", "firm_id", unique=True, postgresql_where=text("kind = 'firm'")),
        Index("folders_by_parent", "parent_id", "name_key"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="folders_firm"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.folders.id", name="folders_parent"))
    kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    name: Mapped[str]
    name_key: Mapped[str]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class DocumentRecord(Base):
    """A document; a trigger notes the transaction of each change."""

    __tablename__ = "documents"
    __table_args__ = (
        _one_of("type", DocumentType),
        _one_of("audience", Audience),
        _one_of("state", DocumentState),
        CheckConstraint("title <> ''"),
        CheckConstraint("period ~ '^([0-9]{4}(-Q[1-4]|-[0-9]{2})?)?$'"),
        UniqueConstraint("firm_id", "source", name="documents_source"),
        CheckConstraint("audience <> 'account' OR account_id IS NOT NULL", name="documents_audience_account"),
        CheckConstraint("audience <> 'vehicle' OR vehicle_id IS NOT NULL", name="documents_audience_vehicle"),
        CheckConstraint("state <> 'scheduled' OR publish_at IS NOT NULL", name="documents_scheduled"),
        CheckConstraint(
            "state <> 'published' OR (published_at IS NOT NULL AND published_version IS NOT NULL"
            " AND audience <> 'staff')",
            name="documents_released",
        ),
        CheckConstraint("(state = 'deleted') = (deleted_at IS NOT NULL)", name="documents_deleted"),
        _newest("documents_by_folder", "folder_id", "state <> 'deleted'"),
        _newest("documents_by_firm", "firm_id", "state <> 'deleted'"),
        _newest("documents_by_account", "account_id", "account_id IS NOT NULL"),
        _newest("documents_by_vehicle", "vehicle_id", "vehicle_id IS NOT NULL"),
        Index("documents_by_change", "firm_id", "changed_txid", "id"),
        Index("documents_by_words", "search", postgresql_using="gin"),
        Index("documents_by_tags", "tags", postgresql_using="gin"),
        Index("documents_unpublished", "firm_id", "state", text("created_at DESC"), postgresql_where=UNPUBLISHED),
        Index("documents_by_deletion", "firm_id", "deleted_at", postgresql_where=text("state = 'deleted'")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="documents_firm"))
    folder_id: Mapped[UUID] = mapped_column(ForeignKey("documents.folders.id", name="documents_folder"))
    type: Mapped[str]
    title: Mapped[str]
    period: Mapped[str] = mapped_column(server_default="")
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.investor_accounts.id", name="documents_account"))
    vehicle_id: Mapped[UUID | None] = mapped_column(ForeignKey("investments.vehicles.id", name="documents_vehicle"))
    audience: Mapped[str]
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(server_default="draft")
    publish_at: Mapped[datetime | None] = mapped_column(MOMENT)
    published_at: Mapped[datetime | None] = mapped_column(MOMENT)
    published_by: Mapped[UUID | None]
    tell: Mapped[bool] = mapped_column(server_default="true")
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)
    view_only: Mapped[bool] = mapped_column(server_default="false")
    marked_copies: Mapped[bool] = mapped_column(server_default="false")
    must_acknowledge: Mapped[bool] = mapped_column(server_default="false")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    latest_version: Mapped[int] = mapped_column(server_default="0")
    published_version: Mapped[int | None]
    stopped: Mapped[str | None]
    deleted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    source: Mapped[str | None]
    search: Mapped[str] = mapped_column(TSVECTOR, server_default=FetchedValue())  # by a trigger
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    changed_txid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))


class VersionRecord(Base):
    """A file of a document, from quarantine to release or refusal."""

    __tablename__ = "versions"
    __table_args__ = (
        _one_of("state", VersionState),
        _one_of("kind", CONTENT_TYPES),
        CheckConstraint("number > 0"),
        CheckConstraint("size >= 0"),
        UniqueConstraint("document_id", "number", name="versions_number"),
        CheckConstraint(
            "state <> 'released' OR (file_key IS NOT NULL AND digest IS NOT NULL AND kind IS NOT NULL"
            " AND checked_at IS NOT NULL)",
            name="versions_whole",
        ),
        CheckConstraint("state <> 'received' OR raw_key IS NOT NULL", name="versions_waiting"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="versions_reason"),
        Index("versions_by_digest", "firm_id", "digest", postgresql_where=text("digest IS NOT NULL")),
        file_index("versions_by_file", "file_key"),
        file_index("versions_by_raw_file", "raw_key"),
        Index("versions_unchecked", "firm_id", "uploaded_at", postgresql_where=text("state = 'received'")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="versions_firm"))
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.documents.id", name="versions_document"))
    number: Mapped[int]
    state: Mapped[str]
    raw_key: Mapped[str | None] = mapped_column(info=claim("documents", size="size", unless="state <> 'received'"))
    file_key: Mapped[str | None] = mapped_column(info=claim("documents", digest="digest", size="NULLIF(size, 0)"))
    name: Mapped[str]
    kind: Mapped[str | None]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str | None]
    pages: Mapped[int | None]
    removed: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    refusal: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")
    uploaded_by: Mapped[UUID | None]
    uploaded_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    checked_at: Mapped[datetime | None] = mapped_column(MOMENT)


class AudienceRecord(Base):
    """One reach of a document: it is seen by whom the reach names, once `published_at` is set and until `until`."""

    __tablename__ = "audiences"
    __table_args__ = (
        Index(
            "audiences_by_reach",
            "reach",
            text("published_at DESC"),
            text("document_id DESC"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        {"schema": "documents"},
    )

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.documents.id", name="audiences_document", ondelete="CASCADE"), primary_key=True
    )
    reach: Mapped[str] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="audiences_firm"))
    until: Mapped[datetime | None] = mapped_column(MOMENT)
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    published_at: Mapped[datetime | None] = mapped_column(MOMENT)


class WithdrawalRecord(Base):
    """From whom a document was taken, and in which transaction of late; triggers write it."""

    __tablename__ = "withdrawals"
    __table_args__ = (Index("withdrawals_by_reach", "reach", "txid"), {"schema": "documents"})

    document_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.documents.id", name="withdrawals_document", ondelete="CASCADE"), primary_key=True
    )
    reach: Mapped[str] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="withdrawals_firm"))
    txid: Mapped[int] = mapped_column(TransactionId, server_default=text("pg_current_xact_id()"))


class HoldRecord(Base):
    """That documents are kept whatever their age, for a reason of law."""

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("subject IN ('document', 'account', 'vehicle')"),
        CheckConstraint("reason <> ''"),
        CheckConstraint("(lifted_by IS NULL) = (lifted_at IS NULL)", name="holds_lifted"),
        Index(
            "holds_open", "firm_id", "subject", "subject_id", unique=True, postgresql_where=text("lifted_at IS NULL")
        ),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="holds_firm"))
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    reason: Mapped[str]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None] = mapped_column(MOMENT)


class RetentionRecord(Base):
    """How many years a firm keeps documents of a type after they were published."""

    __tablename__ = "retention"
    __table_args__ = (
        _one_of("type", DocumentType),
        CheckConstraint("years BETWEEN 0 AND 100"),
        {"schema": "documents"},
    )

    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="retention_firm"), primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    years: Mapped[int]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class UsageRecord(Base):
    """The bytes that a firm's documents take."""

    __tablename__ = "usage"
    __table_args__ = (CheckConstraint("bytes >= 0"), {"schema": "documents"})

    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="usage_firm"), primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")


class UploadRecord(Base):
    """A file that arrives in parts; it becomes a document's, or is forgotten."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("size > 0"),
        CheckConstraint("received BETWEEN 0 AND size"),
        CheckConstraint("finished_at IS NULL OR received = size", name="uploads_whole"),
        Index("uploads_by_age", "firm_id", "created_at"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="uploads_firm"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="uploads_user"))
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, server_default="0")
    parts: Mapped[int] = mapped_column(server_default="0")
    key: Mapped[str]
    store_upload: Mapped[str]
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
