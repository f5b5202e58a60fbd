"""The table of papers that investors send."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from portal.platform.db import Base
from portal.platform.ids import new_id

MOMENT = TIMESTAMP(timezone=True)


class PaperRecord(Base):
    """A paper that somebody sent for an account. Its file is a document that only the staff see until it is
    accepted."""

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint("type IN ('identification', 'tax_form', 'subscription', 'agreement', 'other')"),
        CheckConstraint("state IN ('sent', 'accepted', 'returned')"),
        CheckConstraint("size >= 0"),
        CheckConstraint("(state = 'sent') = (decided_at IS NULL)", name="papers_decided"),
        CheckConstraint("state <> 'returned' OR comment <> ''", name="papers_reason"),
        Index("papers_by_account", "account_id", text("sent_at DESC"), text("id DESC")),
        Index("papers_by_sender", "user_id", text("sent_at DESC"), text("id DESC")),
        Index("papers_waiting", "firm_id", "sent_at", "id", postgresql_where=text("state = 'sent'")),
        Index("papers_by_document", "document_id", unique=True, postgresql_where=text("document_id IS NOT NULL")),
        {"schema": "documents"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    firm_id: Mapped[UUID] = mapped_column(ForeignKey("identity.firms.id", name="papers_firm"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("people.investor_accounts.id", name="papers_account"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity.users.id", name="papers_user"))
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.documents.id", name="papers_document", ondelete="SET NULL")
    )
    type: Mapped[str]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="sent")
    comment: Mapped[str] = mapped_column(server_default="")
    sent_at: Mapped[datetime] = mapped_column(MOMENT, server_default=text("clock_timestamp()"))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)
