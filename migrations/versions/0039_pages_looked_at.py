"""Pages that no machine reads are looked at by a person before anybody sees them; copies of what is to be read here.

Revision ID: 0039
Revises: 0037
"""

from alembic import op

from portal.platform.live_tables import replace_check

revision = "0039"
down_revision = "0037"

LOOKED = """
ALTER TABLE documents.texts
  ADD COLUMN IF NOT EXISTS looked_by uuid CONSTRAINT texts_looked_by REFERENCES identity.users,
  ADD COLUMN IF NOT EXISTS looked_at timestamptz
"""
# Copies whose pages bear who took them, of documents that can only be read in the portal.
MARKED = """
ALTER TABLE documents.documents ADD COLUMN IF NOT EXISTS marked_copies boolean NOT NULL DEFAULT false
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check("reads_way_check", "documents.reads", "way IN ('viewed', 'downloaded', 'archived', 'marked')")
    op.execute(LOOKED)
    op.execute(MARKED)
    op.execute("RESET ROLE")
