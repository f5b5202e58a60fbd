"""Answers to what was done, kept so that the same sent again is not done again.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0025"
down_revision = "0024"

OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
TABLES = """
CREATE TABLE platform.idempotency (
  key bytea PRIMARY KEY,
  firm_id uuid NOT NULL,
  user_id uuid NOT NULL,
  answer bytea NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX idempotency_by_age ON platform.idempotency (firm_id, created_at);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "platform.idempotency",
        {"investor": "SELECT, INSERT", "staff": "SELECT, INSERT", "system": "SELECT, UPDATE, DELETE"},
        {"investor": OWN, "staff": OWN, "system": FIRM},
    )
    op.execute("RESET ROLE")
