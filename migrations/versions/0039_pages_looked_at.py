"""Pages that no machine reads are looked at by a person before anybody sees them.

Revision ID: 0039
Revises: 0037
"""

from alembic import op

revision = "0039"
down_revision = "0037"

LOOKED = """
ALTER TABLE documents.texts
  ADD COLUMN IF NOT EXISTS looked_by uuid CONSTRAINT texts_looked_by REFERENCES identity.users,
  ADD COLUMN IF NOT EXISTS looked_at timestamptz
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(LOOKED)
    op.execute("RESET ROLE")
