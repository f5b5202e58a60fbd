"""Indexes by which the check of all files goes through the keys of envelopes and batches.

Revision ID: 0035
Revises: 0034
"""

from alembic import op

from portal.platform.live_tables import add_index

revision = "0035"
down_revision = "0034"

INDEXES = {
    "envelopes_by_file": ("documents.envelopes", "file_key"),
    "batch_parts_by_file": ("documents.batch_parts", "file_key"),
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for name, (table, column) in INDEXES.items():
        add_index(name, table, f'(firm_id, {column} COLLATE "C") WHERE {column} IS NOT NULL')
    op.execute("RESET ROLE")
