"""Lines of calls that take in fees which were charged account by account.

Revision ID: 0051
Revises: 0050
"""

from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute("ALTER TABLE investments.call_lines ADD COLUMN accrued boolean NOT NULL DEFAULT false")
    op.execute("RESET ROLE")
