"""Large files arrive in parts, over as many requests as it takes.

Revision ID: 0033
Revises: 0032
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0033"
down_revision = "0032"

TABLES = """
CREATE TABLE documents.uploads (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT uploads_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT uploads_user REFERENCES identity.users,
  name text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  received bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
  parts integer NOT NULL DEFAULT 0,
  key text NOT NULL,
  store_upload text NOT NULL,
  finished_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT uploads_whole CHECK (finished_at IS NULL OR received = size)
);
CREATE INDEX uploads_by_age ON documents.uploads (firm_id, created_at);
"""
OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect("documents.uploads", {"staff": RIGHTS, "system": RIGHTS}, {"staff": OWN, "system": FIRM})
    op.execute("RESET ROLE")
