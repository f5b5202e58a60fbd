"""Second factors: secrets of authenticator apps, recovery codes, tries, and sessions that wait for a factor.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0008"
down_revision = "0007"

OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"

# The sessions there are were proven by the password that opened them, too long ago for anything that asks for a fresh
# proof: a constant default says so without a row being written.
SESSIONS = """
ALTER TABLE identity.firms ADD COLUMN require_factor_of_investors boolean NOT NULL DEFAULT false;
ALTER TABLE identity.sessions
  ADD COLUMN stage text NOT NULL DEFAULT 'full' CHECK (stage IN ('factor', 'enrol', 'full')),
  ADD COLUMN proven_by text NOT NULL DEFAULT 'pwd' CHECK (proven_by IN ('pwd', 'mfa')),
  ADD COLUMN proven_at timestamptz NOT NULL DEFAULT 'epoch';
ALTER TABLE identity.sessions ALTER COLUMN proven_at SET DEFAULT now();
"""

TABLES = """
CREATE TABLE identity.totp_factors (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT totp_factors_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT totp_factors_user REFERENCES identity.users CONSTRAINT totp_factors_one UNIQUE,
  secret bytea NOT NULL,
  last_step bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz
);
CREATE TABLE identity.recovery_codes (
  code_hash bytea NOT NULL,
  firm_id uuid NOT NULL CONSTRAINT recovery_codes_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT recovery_codes_user REFERENCES identity.users,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash)
);
CREATE TABLE identity.factor_attempts (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT factor_attempts_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT factor_attempts_user REFERENCES identity.users,
  at timestamptz NOT NULL
);
CREATE INDEX factor_attempts_by_user ON identity.factor_attempts (user_id, at DESC);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(SESSIONS)
    op.execute(TABLES)
    for table in ("identity.totp_factors", "identity.recovery_codes"):
        protect(
            table,
            {"investor": "SELECT", "staff": "SELECT", "system": "SELECT, INSERT, UPDATE, DELETE"},
            {"investor": OWN, "staff": OWN, "system": FIRM},
        )
    protect("identity.factor_attempts", {"system": "SELECT, INSERT, DELETE"}, {"system": FIRM})
    op.execute("RESET ROLE")
