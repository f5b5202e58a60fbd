"""Erasing people: requests, legal holds, and how long the firm keeps what it must.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0023"
down_revision = "0022"

TABLES = """
CREATE TABLE people.erasures (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT erasures_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT erasures_user REFERENCES identity.users,
  state text NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn', 'done')),
  asked_by uuid NOT NULL CONSTRAINT erasures_asked_by REFERENCES identity.users,
  asked_at timestamptz NOT NULL,
  reason text NOT NULL,
  answer text,
  closed_at timestamptz,
  plan jsonb,
  account_ids uuid[] NOT NULL DEFAULT '{}',
  destroy_after date,
  destroyed_at timestamptz,
  CONSTRAINT erasures_whole CHECK (state <> 'done' OR (plan IS NOT NULL AND destroy_after IS NOT NULL))
);
CREATE UNIQUE INDEX erasures_one_at_once ON people.erasures (user_id) WHERE state IN ('asked', 'approved', 'done');
CREATE INDEX erasures_by_firm ON people.erasures (firm_id, asked_at DESC, id);
CREATE INDEX erasures_due ON people.erasures (firm_id, destroy_after) WHERE state = 'done' AND destroyed_at IS NULL;
CREATE TABLE people.legal_holds (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT legal_holds_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT legal_holds_user REFERENCES identity.users,
  reason text NOT NULL,
  placed_by uuid NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_by uuid,
  lifted_at timestamptz
);
CREATE UNIQUE INDEX legal_holds_one_in_force ON people.legal_holds (user_id) WHERE lifted_at IS NULL;
CREATE TABLE people.retention_terms (
  firm_id uuid NOT NULL CONSTRAINT retention_terms_firm REFERENCES identity.firms,
  category text NOT NULL CHECK (category IN ('books', 'tax', 'record')),
  years integer NOT NULL CHECK (years BETWEEN 1 AND 100),
  CONSTRAINT retention_terms_pkey PRIMARY KEY (firm_id, category)
);
"""
# Bank details are as they were entered, until those of an erased person are emptied.
FROZEN = """
CREATE FUNCTION people.keep_bank_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM people.erasures e WHERE e.firm_id = NEW.firm_id AND e.destroyed_at IS NOT NULL
      AND NEW.account_id = ANY (e.account_ids)) THEN
    RAISE EXCEPTION 'bank details are append-only: UPDATE refused' USING ERRCODE = '23001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_instructions_kept BEFORE UPDATE OF details ON people.payment_instructions
  FOR EACH ROW EXECUTE FUNCTION people.keep_bank_details();
"""
OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"
# What goes with a person; only the firm's machinery takes it away.
ERASED = (
    "refresh_tokens",
    "totp_factors",
    "recovery_codes",
    "factor_attempts",
    "role_grants",
)


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    writing = "SELECT, INSERT, UPDATE"
    protect(
        "people.erasures",
        {"investor": "SELECT", "staff": writing, "system": writing},
        {"investor": OWN, "staff": FIRM, "system": FIRM},
    )
    protect("people.legal_holds", {"staff": writing, "system": "SELECT"}, {"staff": FIRM, "system": FIRM})
    protect("people.retention_terms", {"staff": writing, "system": "SELECT"}, {"staff": FIRM, "system": FIRM})
    op.execute("GRANT DELETE ON people.profiles TO portal_system")
    op.execute(FROZEN)
    op.execute("GRANT UPDATE (details) ON people.payment_instructions TO portal_system")
    for table in ERASED:
        op.execute(f"GRANT DELETE ON identity.{table} TO portal_system")
    op.execute("RESET ROLE")
