"""Indexes for rows that go with a document or a version: without them each one destroyed reads their tables whole.

Revision ID: 0041
Revises: 0040
"""

from alembic import op

from portal.platform.live_tables import add_index

revision = "0041"
down_revision = "0040"

INDEXES = {
    "archive_items_by_version": ("documents.archive_items", "version_id"),
    "pieces_by_document": ("documents.pieces", "document_id"),
    "room_questions_by_document": ("documents.room_questions", "document_id"),
    "room_answers_by_document": ("documents.room_answers", "document_id"),
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for name, (table, column) in INDEXES.items():
        add_index(name, table, f"({column}) WHERE {column} IS NOT NULL")
    op.execute("RESET ROLE")
