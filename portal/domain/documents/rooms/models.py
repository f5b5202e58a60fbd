"""The tables of data rooms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

MOMENT = TIMESTAMP(timezone=True)
HERE = {"schema": "documents"}


class RoomRecord(Base):
    """A data room, as far as its door tells. What is in it lies in the library's folder of this subject."""

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("name <> ''"),
        CheckConstraint("state IN ('draft', 'open', 'closed')"),
        CheckConstraint("closes_at > opens_at", name="rooms_span"),
        UniqueConstraint("firm_id", "name_key", name="rooms_name"),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="rooms_firm"))
    name: Mapped[str]
    name_key: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    opens_at: Mapped[datetime | None] = mapped_column(MOMENT)
    closes_at: Mapped[datetime | None] = mapped_column(MOMENT)
    nda_version: Mapped[int | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class RoomDescriptionRecord(Base):
    """What a room says of itself to who has entered it; nobody else reads the row."""

    __tablename__ = "room_descriptions"
    __table_args__ = (HERE,)

    room_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.rooms.id", name="room_descriptions_room"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_descriptions_firm"))
    introduction: Mapped[str] = mapped_column(server_default="")
    vehicle_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("investments.vehicles.id", name="room_descriptions_vehicle")
    )


class RoomGroupRecord(Base):
    """People of a room who may see the same of it."""

    __tablename__ = "room_groups"
    __table_args__ = (
        CheckConstraint("name <> ''"),
        UniqueConstraint("room_id", "name_key", name="room_groups_name"),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_groups_firm"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_groups_room"))
    name: Mapped[str]
    name_key: Mapped[str]


class RoomMemberRecord(Base):
    """A person of a room. `told_until`: what came later is told of in the next digest."""

    __tablename__ = "room_members"
    __table_args__ = (Index("room_members_by_user", "user_id", postgresql_where=text("removed_at IS NULL")), HERE)

    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_members_room"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="room_members_user"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_members_firm"))
    until: Mapped[datetime | None] = mapped_column(MOMENT)
    invited_by: Mapped[UUID | None]
    inviter: Mapped[str] = mapped_column(server_default="")
    added_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    removed_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    wants_digest: Mapped[bool] = mapped_column(server_default="true")
    told_until: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class RoomPlacementRecord(Base):
    """That a member is of a group."""

    __tablename__ = "room_placements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "user_id"],
            ["documents.room_members.room_id", "documents.room_members.user_id"],
            name="room_placements_member",
        ),
        Index("room_placements_by_user", "user_id", "room_id"),
        HERE,
    )

    group_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.room_groups.id", name="room_placements_group", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity.users.id", name="room_placements_user"), primary_key=True
    )
    room_id: Mapped[UUID]
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_placements_firm"))


class RoomPermissionRecord(Base):
    """That a group may see, or take, what lies in a folder."""

    __tablename__ = "room_permissions"
    __table_args__ = (
        CheckConstraint("permission IN ('view', 'download')"),
        Index("room_permissions_by_folder", "folder_id"),
        HERE,
    )

    group_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.room_groups.id", name="room_permissions_group", ondelete="CASCADE"), primary_key=True
    )
    folder_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.folders.id", name="room_permissions_folder", ondelete="CASCADE"), primary_key=True
    )
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_permissions_firm"))
    permission: Mapped[str]


class RoomItemRecord(Base):
    """The number that a document, or a folder, has in the folder of a room in which it lies. Triggers give it."""

    __tablename__ = "room_items"
    __table_args__ = (
        CheckConstraint("number > 0"),
        CheckConstraint("num_nonnulls(document_id, child_id) = 1", name="room_items_one"),
        UniqueConstraint("folder_id", "number", name="room_items_number", deferrable=True, initially="IMMEDIATE"),
        UniqueConstraint("document_id", name="room_items_once"),
        UniqueConstraint("child_id", name="room_items_child_once"),
        Index("room_items_by_room", "room_id"),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_items_firm"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_items_room"))
    folder_id: Mapped[UUID] = mapped_column(
        ForeignKey("documents.folders.id", name="room_items_folder", ondelete="CASCADE")
    )
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.documents.id", name="room_items_document", ondelete="CASCADE")
    )
    child_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.folders.id", name="room_items_child", ondelete="CASCADE")
    )
    number: Mapped[int]


class RoomTextRecord(Base):
    """A version of what is signed before a room is entered; never changed."""

    __tablename__ = "room_texts"
    __table_args__ = (CheckConstraint("version > 0"), CheckConstraint("body <> ''"), HERE)

    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_texts_room"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_texts_firm"))
    body: Mapped[str]
    digest: Mapped[str]
    written_by: Mapped[UUID | None]
    written_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class RoomAgreementRecord(Base):
    """That a person signed a version, with what proves it; never changed."""

    __tablename__ = "room_agreements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["room_id", "version"],
            ["documents.room_texts.room_id", "documents.room_texts.version"],
            name="room_agreements_text",
        ),
        CheckConstraint("typed_name <> ''"),
        UniqueConstraint("room_id", "user_id", "version", name="room_agreements_once"),
        Index("room_agreements_by_user", "user_id"),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_agreements_firm"))
    room_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="room_agreements_user"))
    version: Mapped[int]
    digest: Mapped[str]
    typed_name: Mapped[str]
    agreed_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    address: Mapped[str | None]
    agent: Mapped[str | None]
    session_id: Mapped[UUID]
    proven_by: Mapped[str | None]


class RoomQuestionRecord(Base):
    """What a member asked; it and who asked are known to them and the staff alone."""

    __tablename__ = "room_questions"
    __table_args__ = (
        CheckConstraint("char_length(question) BETWEEN 1 AND 2000"),
        CheckConstraint("state IN ('open', 'answered', 'declined')"),
        Index("room_questions_by_room", "room_id", text("asked_at DESC"), text("id DESC")),
        Index("room_questions_by_asker", "asked_by", text("asked_at DESC")),
        Index("room_questions_by_document", "document_id", postgresql_where=text("document_id IS NOT NULL")),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_questions_firm"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_questions_room"))
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.documents.id", name="room_questions_document", ondelete="SET NULL")
    )
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="room_questions_asker"))
    asked_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    question: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")


class RoomAnswerRecord(Base):
    """An answer and the question as others read it; it does not say who asked."""

    __tablename__ = "room_answers"
    __table_args__ = (
        CheckConstraint("audience IN ('asker', 'group', 'everybody')"),
        CheckConstraint("char_length(answer) BETWEEN 1 AND 10000"),
        CheckConstraint("(group_id IS NOT NULL) = (audience = 'group')", name="room_answers_to_group"),
        UniqueConstraint("question_id", name="room_answers_once"),
        Index("room_answers_by_room", "room_id", text("answered_at DESC"), text("id DESC")),
        Index("room_answers_by_document", "document_id", postgresql_where=text("document_id IS NOT NULL")),
        HERE,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_answers_firm"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_answers_room"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("documents.room_questions.id", name="room_answers_question"))
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.documents.id", name="room_answers_document", ondelete="CASCADE")
    )
    audience: Mapped[str]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.room_groups.id", name="room_answers_group"))
    question: Mapped[str]
    answer: Mapped[str]
    answered_by: Mapped[UUID]
    answered_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))


class RoomVisitRecord(Base):
    """The visit of a member that goes on or was the last, and when the one before ended (`before_at`)."""

    __tablename__ = "room_visits"
    __table_args__ = (HERE,)

    room_id: Mapped[UUID] = mapped_column(ForeignKey("documents.rooms.id", name="room_visits_room"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="room_visits_user"), primary_key=True)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="room_visits_firm"))
    visits: Mapped[int] = mapped_column(server_default="1")
    before_at: Mapped[datetime | None] = mapped_column(MOMENT)
    began_at: Mapped[datetime] = mapped_column(MOMENT)
    last_at: Mapped[datetime] = mapped_column(MOMENT)
