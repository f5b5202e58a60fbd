"""Links that are sent by mail and open once, attempts that are counted, and whether a firm is open to registration.

Revision ID: 0011
Revises: 0010
"""

from alembic import op

from portal.platform.row_security import EVERY_FIRM, FIRM, protect

revision = "0011"
down_revision = "0010"

# An attempt belongs to nobody yet: its firm is that of the host, or the nil id where the host is no firm's.
TABLES = """
ALTER TABLE identity.firms ADD COLUMN open_registration boolean NOT NULL DEFAULT false;
CREATE TABLE identity.links (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT links_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT links_user REFERENCES identity.users,
  purpose text NOT NULL CHECK (purpose IN ('reset', 'invitation', 'registration')),
  token_hash bytea NOT NULL CONSTRAINT links_token UNIQUE,
  created_by uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  withdrawn_at timestamptz
);
CREATE INDEX links_by_user ON identity.links (user_id, purpose, created_at DESC);
CREATE TABLE identity.attempts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL,
  kind text NOT NULL,
  account bytea NOT NULL,
  address text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX attempts_by_account ON identity.attempts (kind, account, at DESC);
CREATE INDEX attempts_by_address ON identity.attempts (kind, address, at DESC);
CREATE INDEX attempts_by_moment ON identity.attempts (kind, at DESC);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    writing = "SELECT, INSERT, UPDATE"
    protect(
        "identity.links",
        {"staff": writing, "system": writing, "gate": "SELECT"},
        {"staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect("identity.attempts", {"gate": "SELECT, INSERT, DELETE"}, {"gate": EVERY_FIRM})
    op.execute("RESET ROLE")
