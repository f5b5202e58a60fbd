"""Batches published without mail.

Revision ID: 0053
Revises: 0052
"""

from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute("ALTER TABLE documents.batches ADD COLUMN tell boolean NOT NULL DEFAULT true")
    op.execute("RESET ROLE")
