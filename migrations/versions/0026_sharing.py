"""Documents shared with readers outside: who, until when, and on which devices they are read.

Revision ID: 0026
Revises: 0025
"""

from alembic import op

from portal.platform.row_security import EVERY_FIRM, FIRM, protect

revision = "0026"
down_revision = "0025"

TABLES = """
CREATE TABLE documents.shares (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT shares_firm REFERENCES identity.firms,
  document_id uuid NOT NULL CONSTRAINT shares_document REFERENCES documents.documents ON DELETE CASCADE,
  token_hash bytea NOT NULL CONSTRAINT shares_token UNIQUE,
  name text NOT NULL CHECK (name <> ''),
  email bytea NOT NULL,
  note text NOT NULL DEFAULT '',
  view_only boolean NOT NULL,
  until timestamptz NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL,
  revoked_by uuid,
  revoked_at timestamptz
);
CREATE INDEX shares_by_document ON documents.shares (document_id, created_at DESC, id);
CREATE TABLE documents.share_codes (
  share_id uuid PRIMARY KEY CONSTRAINT share_codes_share REFERENCES documents.shares ON DELETE CASCADE,
  firm_id uuid NOT NULL CONSTRAINT share_codes_firm REFERENCES identity.firms,
  code_index bytea NOT NULL,
  tries_left integer NOT NULL CHECK (tries_left >= 0),
  expires_at timestamptz NOT NULL
);
CREATE TABLE documents.share_devices (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT share_devices_firm REFERENCES identity.firms,
  share_id uuid NOT NULL CONSTRAINT share_devices_share REFERENCES documents.shares ON DELETE CASCADE,
  token_hash bytea NOT NULL CONSTRAINT share_devices_token UNIQUE,
  agent text NOT NULL,
  address text NOT NULL,
  proven_at timestamptz NOT NULL,
  opened integer NOT NULL DEFAULT 0,
  taken integer NOT NULL DEFAULT 0,
  last_at timestamptz
);
CREATE INDEX share_devices_by_share ON documents.share_devices (share_id, proven_at);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    every = "SELECT, INSERT, UPDATE, DELETE"
    protect(
        "documents.shares",
        {"staff": "SELECT, INSERT, UPDATE", "system": every, "gate": "SELECT (id, firm_id, token_hash)"},
        {"staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect("documents.share_codes", {"system": every}, {"system": FIRM})
    protect("documents.share_devices", {"staff": "SELECT", "system": every}, {"staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
