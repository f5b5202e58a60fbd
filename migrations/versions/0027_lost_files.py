"""Lost files: what the check of all files found, and indexes by which it goes through their keys.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

from portal.platform.live_tables import add_index
from portal.platform.row_security import FIRM, protect

revision = "0027"
down_revision = "0026"

TABLES = """
CREATE TABLE platform.file_losses (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT file_losses_firm REFERENCES identity.firms,
  key text NOT NULL,
  place text NOT NULL,
  row_id uuid NOT NULL,
  problem text NOT NULL CHECK (problem IN ('missing', 'damaged')),
  found_at timestamptz NOT NULL,
  CONSTRAINT file_losses_once UNIQUE (firm_id, key)
);
CREATE INDEX file_losses_by_firm ON platform.file_losses (firm_id, found_at DESC, id);
CREATE TABLE platform.file_checks (
  firm_id uuid PRIMARY KEY CONSTRAINT file_checks_firm REFERENCES identity.firms,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  files bigint NOT NULL DEFAULT 0,
  losses bigint NOT NULL DEFAULT 0
);
"""
# Keys in the order that every store lists them, whatever the order of the database.
INDEXES = {
    "statements_by_file": ("investments.statements", "file_key"),
    "imports_by_file": ("investments.imports", "file_key"),
    "data_exports_by_file": ("people.data_exports", "file_key"),
    "versions_by_file": ("documents.versions", "file_key"),
    "versions_by_raw_file": ("documents.versions", "raw_key"),
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for name, (table, column) in INDEXES.items():
        add_index(name, table, f'(firm_id, {column} COLLATE "C") WHERE {column} IS NOT NULL')
    op.execute(TABLES)
    rows = {"staff": FIRM, "system": FIRM}
    for table in ("platform.file_losses", "platform.file_checks"):
        protect(table, {"staff": "SELECT", "system": "SELECT, INSERT, UPDATE, DELETE"}, rows)
    op.execute("RESET ROLE")
