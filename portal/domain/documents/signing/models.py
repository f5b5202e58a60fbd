"""The tables of envelopes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.documents.signing.values.envelopes import EnvelopeState, EventKind, SignerState
from portal.domain.documents.signing.values.fields import FieldKind
from portal.platform.db import Base
from portal.platform.ids import new_id
from portal.platform.storage.claims import claim, file_index

MOMENT = TIMESTAMP(timezone=True)
FRACTION = Numeric(5, 4)


class EnvelopeRecord(Base):
    """A document on its way through the hands of its signers. The document may be destroyed when it is over; what
    was signed is known by its digest."""

    __tablename__ = "envelopes"
    __table_args__ = (
        CheckConstraint("title <> ''"),
        CheckConstraint("pages > 0"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'"),
        CheckConstraint(f"state IN ({', '.join(repr(each.value) for each in EnvelopeState)})"),
        CheckConstraint("remind_days BETWEEN 1 AND 60"),
        CheckConstraint("(sent_at IS NOT NULL) OR state IN ('draft', 'cancelled')", name="envelopes_sent"),
        CheckConstraint(
            "(state = 'finished') = (finished_document_id IS NOT NULL AND finished_digest IS NOT NULL)",
            name="envelopes_finished",
        ),
        Index("envelopes_by_firm", "firm_id", text("created_at DESC"), text("id DESC")),
        file_index("envelopes_by_file", "file_key"),
        Index("envelopes_by_document", "document_id", postgresql_where=text("state IN ('draft', 'sent')")),
        Index(
            "envelopes_by_digest",
            "firm_id",
            "finished_digest",
            unique=True,
            postgresql_where=text("finished_digest IS NOT NULL"),
        ),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="envelopes_firm"))
    document_id: Mapped[UUID]
    version_id: Mapped[UUID]
    folder_id: Mapped[UUID]
    title: Mapped[str]
    file_key: Mapped[str] = mapped_column(
        info=claim("documents", digest="digest", unless="state NOT IN ('draft', 'sent', 'signed')")
    )
    file_name: Mapped[str]
    pages: Mapped[int]
    digest: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    message: Mapped[str] = mapped_column(server_default="")
    consent_version: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="envelopes_sender"))
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    sent_at: Mapped[datetime | None] = mapped_column(MOMENT)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
    remind_days: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    finished_document_id: Mapped[UUID | None]
    finished_digest: Mapped[str | None]


class SignerRecord(Base):
    """Who sits, or sat, in a seat of an envelope. What they signed with is sealed under their key."""

    __tablename__ = "signers"
    __table_args__ = (
        CheckConstraint("seat > 0"),
        CheckConstraint("turn > 0"),
        CheckConstraint(f"state IN ({', '.join(repr(each.value) for each in SignerState)})"),
        CheckConstraint("user_id IS NOT NULL OR state IN ('waiting', 'forwarded', 'expired')", name="signers_known"),
        CheckConstraint(
            "state <> 'signed' OR (answers_sealed IS NOT NULL AND decided_at IS NOT NULL)", name="signers_signed"
        ),
        Index("signers_one_in_seat", "envelope_id", "seat", unique=True, postgresql_where=text("state <> 'forwarded'")),
        Index("signers_one_seat", "envelope_id", "user_id", unique=True, postgresql_where=text("state <> 'forwarded'")),
        Index("signers_by_person", "user_id", text("asked_at DESC"), postgresql_where=text("asked_at IS NOT NULL")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="signers_firm"))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("documents.envelopes.id", name="signers_envelope"))
    seat: Mapped[int]
    turn: Mapped[int]
    role: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="signers_person"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    asked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    opened_at: Mapped[datetime | None] = mapped_column(MOMENT)
    reminded_at: Mapped[datetime | None] = mapped_column(MOMENT)
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
    answers_sealed: Mapped[bytes | None]


class FieldRecord(Base):
    """A field on a page, in fractions of the page as it is seen, from its top left corner."""

    __tablename__ = "signing_fields"
    __table_args__ = (
        CheckConstraint("seat > 0"),
        CheckConstraint(f"kind IN ({', '.join(repr(each.value) for each in FieldKind)})"),
        CheckConstraint("page > 0"),
        CheckConstraint("x BETWEEN 0 AND 1"),
        CheckConstraint("y BETWEEN 0 AND 1"),
        CheckConstraint("width > 0"),
        CheckConstraint("height > 0"),
        CheckConstraint("x + width <= 1 AND y + height <= 1", name="signing_fields_inside"),
        Index("signing_fields_by_envelope", "envelope_id", "page", "y", "x"),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="signing_fields_firm"))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("documents.envelopes.id", name="signing_fields_envelope"))
    seat: Mapped[int]
    kind: Mapped[str]
    page: Mapped[int]
    x: Mapped[Decimal] = mapped_column(FRACTION)
    y: Mapped[Decimal] = mapped_column(FRACTION)
    width: Mapped[Decimal] = mapped_column(FRACTION)
    height: Mapped[Decimal] = mapped_column(FRACTION)
    label: Mapped[str] = mapped_column(server_default="")
    required: Mapped[bool] = mapped_column(server_default="true")


class EventRecord(Base):
    """What happened to an envelope; never changed. What somebody wrote beside it is sealed under their key."""

    __tablename__ = "signing_events"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(each.value) for each in EventKind)})"),
        CheckConstraint(
            "kind <> 'signed' OR (proven_by IS NOT NULL AND address IS NOT NULL AND consent_version IS NOT NULL"
            " AND shown ~ '^[0-9a-f]{64}$')",
            name="signing_events_proof",
        ),
        CheckConstraint("note_sealed IS NULL OR actor_id IS NOT NULL", name="signing_events_author"),
        Index("signing_events_by_envelope", "envelope_id", "at", "id"),
        Index("signing_events_signed_once", "signer_id", unique=True, postgresql_where=text("kind = 'signed'")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="signing_events_firm"))
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("documents.envelopes.id", name="signing_events_envelope"))
    signer_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.signers.id", name="signing_events_signer"))
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(MOMENT)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity.users.id", name="signing_events_actor"))
    proven_by: Mapped[str | None]
    proven_at: Mapped[datetime | None] = mapped_column(MOMENT)
    address: Mapped[str | None]
    agent: Mapped[str | None]
    consent_version: Mapped[str | None]
    shown: Mapped[str | None]
    note_sealed: Mapped[bytes | None]
