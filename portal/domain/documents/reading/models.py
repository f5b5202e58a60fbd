"""The tables of reading."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

MOMENT = TIMESTAMP(timezone=True)
NOW = text("clock_timestamp()")


def _firm(table: str) -> ForeignKey:
    return ForeignKey("identity.firms.id", name=f"{table}_firm")


def _document(table: str) -> ForeignKey:
    return ForeignKey("documents.documents.id", name=f"{table}_document", ondelete="CASCADE")


def _version(table: str) -> ForeignKey:
    return ForeignKey("documents.versions.id", name=f"{table}_version", ondelete="CASCADE")


def _user(table: str) -> ForeignKey:
    return ForeignKey("identity.users.id", name=f"{table}_user")


class PageImageRecord(Base):
    """A page as a picture, without any mark; no key: the page cannot be drawn."""

    __tablename__ = "page_images"
    __table_args__ = (
        CheckConstraint("page > 0"),
        CheckConstraint("width >= 0"),
        CheckConstraint("height >= 0"),
        UniqueConstraint("version_id", "page", name="page_images_once"),
        file_index("page_images_by_file", "image_key"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    version_id: Mapped[UUID] = mapped_column(_version("page_images"))
    page: Mapped[int]
    firm_id: Mapped[UUID] = mapped_column(_firm("page_images"))
    image_key: Mapped[str | None] = mapped_column(info=claim("documents", drawn=True))
    width: Mapped[int]
    height: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)


class ReadRecord(Base):
    """Somebody read a version in one of their sessions, in one way."""

    __tablename__ = "reads"
    __table_args__ = (
        CheckConstraint("way IN ('viewed', 'downloaded', 'archived', 'marked')"),
        CheckConstraint("times > 0"),
        UniqueConstraint("version_id", "user_id", "session_id", "way", name="reads_once"),
        Index("reads_by_document", "document_id", text("last_at DESC"), text("id DESC")),
        Index("reads_by_user", "user_id", "document_id"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_firm("reads"))
    document_id: Mapped[UUID] = mapped_column(_document("reads"))
    version_id: Mapped[UUID] = mapped_column(_version("reads"))
    user_id: Mapped[UUID] = mapped_column(_user("reads"))
    session_id: Mapped[UUID]
    way: Mapped[str]
    times: Mapped[int] = mapped_column(server_default="1")
    first_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    last_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    address: Mapped[str | None]
    agent: Mapped[str | None]


class PageViewRecord(Base):
    """A page that was shown in a reading: how often, and how many seconds it stood on the screen."""

    __tablename__ = "page_views"
    __table_args__ = (
        CheckConstraint("page > 0"),
        CheckConstraint("times > 0"),
        CheckConstraint("seconds >= 0"),
        {"schema": "documents"},
    )

    read_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.reads.id", name="page_views_read", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    firm_id: Mapped[UUID] = mapped_column(_firm("page_views"))
    times: Mapped[int] = mapped_column(server_default="1")
    seconds: Mapped[int] = mapped_column(server_default="0")
    first_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    last_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)


class AcknowledgementRecord(Base):
    """Somebody said that they have read a version, in these words; never changed."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        CheckConstraint("said_version > 0"),
        UniqueConstraint("version_id", "user_id", name="acknowledgements_once"),
        Index("acknowledgements_by_document", "document_id", "version_id", text("at DESC")),
        Index("acknowledgements_by_user", "user_id"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_firm("acknowledgements"))
    document_id: Mapped[UUID] = mapped_column(_document("acknowledgements"))
    version_id: Mapped[UUID] = mapped_column(_version("acknowledgements"))
    user_id: Mapped[UUID] = mapped_column(_user("acknowledgements"))
    digest: Mapped[str]
    said: Mapped[str]
    said_version: Mapped[int]
    at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    address: Mapped[str | None]
    agent: Mapped[str | None]
    session_id: Mapped[UUID]


class ArchiveRecord(Base):
    """Several documents in one file, for one person, until it goes."""

    __tablename__ = "archives"
    __table_args__ = (
        CheckConstraint("state IN ('collecting', 'ready', 'empty', 'gone')"),
        CheckConstraint(
            "state <> 'ready' OR (ready_at IS NOT NULL AND expires_at IS NOT NULL AND file_key IS NOT NULL"
            " AND file_digest IS NOT NULL AND file_size IS NOT NULL)",
            name="archives_whole",
        ),
        file_index("archives_by_file", "file_key"),
        Index("archives_by_user", "user_id", text("requested_at DESC"), "id"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(_firm("archives"))
    user_id: Mapped[UUID] = mapped_column(_user("archives"))
    state: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(MOMENT, server_default=NOW)
    ready_at: Mapped[datetime | None] = mapped_column(MOMENT)
    expires_at: Mapped[datetime | None] = mapped_column(MOMENT)
    file_key: Mapped[str | None] = mapped_column(
        info=claim("documents", digest="file_digest", size="file_size", unless="state <> 'ready'")
    )
    file_digest: Mapped[str | None]
    file_size: Mapped[int | None] = mapped_column(BigInteger)


class ArchiveItemRecord(Base):
    """A document that was asked for: where it lies in the archive, or why it does not."""

    __tablename__ = "archive_items"
    __table_args__ = (
        CheckConstraint("left_out IN ('no_access', 'view_only', 'too_large', 'missing')"),
        CheckConstraint("(version_id IS NULL) = (path IS NULL)", name="archive_items_added"),
        Index("archive_items_by_document", "document_id"),
        Index("archive_items_by_version", "version_id", postgresql_where=text("version_id IS NOT NULL")),
        {"schema": "documents"},
    )

    archive_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.archives.id", name="archive_items_archive", ondelete="CASCADE"), primary_key=True
    )
    document_id: Mapped[UUID] = mapped_column(_document("archive_items"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(_firm("archive_items"))
    version_id: Mapped[UUID | None] = mapped_column(_version("archive_items"))
    path: Mapped[str | None]
    left_out: Mapped[str | None]
