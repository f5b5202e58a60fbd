"""Passkeys, the challenges that were answered, and sessions that a passkey proved.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

from portal.platform.live_tables import replace_check
from portal.platform.row_security import EVERY_FIRM, FIRM, protect

revision = "0014"
down_revision = "0013"

OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"

TABLES = """
CREATE TABLE identity.passkeys (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT passkeys_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT passkeys_user REFERENCES identity.users,
  credential_id bytea NOT NULL CONSTRAINT passkeys_credential UNIQUE,
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL,
  rp_id text NOT NULL,
  transports text[] NOT NULL,
  name text NOT NULL,
  backed_up boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz
);
CREATE INDEX passkeys_by_user ON identity.passkeys (user_id);
CREATE TABLE identity.passkey_challenges (
  hash bytea PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT passkey_challenges_firm REFERENCES identity.firms,
  used_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenges_by_firm ON identity.passkey_challenges (firm_id, used_at);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check("sessions_proven_by_check", "identity.sessions", "proven_by IN ('pwd', 'mfa', 'passkey')")
    op.execute(TABLES)
    protect(
        "identity.passkeys",
        {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE, DELETE", "gate": "SELECT"},
        {"investor": OWN, "staff": OWN, "system": FIRM, "gate": EVERY_FIRM},
    )
    protect("identity.passkey_challenges", {"system": "SELECT, INSERT, DELETE"}, {"system": FIRM})
    op.execute("RESET ROLE")
