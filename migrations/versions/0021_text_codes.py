"""Codes by text message as a second factor of investors, where the firm allows it.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0021"
down_revision = "0020"

OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
TABLES = """
ALTER TABLE identity.firms ADD COLUMN text_codes boolean NOT NULL DEFAULT false;
CREATE TABLE identity.text_factors (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT text_factors_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT text_factors_one UNIQUE CONSTRAINT text_factors_user REFERENCES identity.users,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz
);
CREATE TABLE identity.text_codes (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT text_codes_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT text_codes_one UNIQUE CONSTRAINT text_codes_user REFERENCES identity.users,
  code_hash bytea NOT NULL,
  expires_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "identity.text_factors",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE, DELETE"},
        {"investor": OWN, "staff": OWN, "system": FIRM},
    )
    protect("identity.text_codes", {"system": "SELECT, INSERT, UPDATE, DELETE"}, {"system": FIRM})
    op.execute("RESET ROLE")
