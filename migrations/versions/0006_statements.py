"""Statements: runs, and per holding and period what was frozen and published.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE investments.statement_runs (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT statement_runs_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT statement_runs_vehicle REFERENCES investments.vehicles,
  frequency text NOT NULL CHECK (frequency IN ('month', 'quarter')),
  ends_on date NOT NULL,
  reason text NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_by uuid,
  published_at timestamptz,
  cancelled_at timestamptz
);
CREATE INDEX statement_runs_by_firm ON investments.statement_runs (firm_id, created_at DESC, id);
CREATE UNIQUE INDEX statement_runs_one_open ON investments.statement_runs (vehicle_id, frequency, ends_on)
  WHERE published_at IS NULL AND cancelled_at IS NULL;
CREATE TABLE investments.statements (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT statements_firm REFERENCES identity.firms,
  run_id uuid NOT NULL CONSTRAINT statements_run REFERENCES investments.statement_runs,
  holding_id uuid NOT NULL CONSTRAINT statements_holding REFERENCES investments.holdings,
  account_id uuid NOT NULL CONSTRAINT statements_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT statements_vehicle REFERENCES investments.vehicles,
  frequency text NOT NULL CHECK (frequency IN ('month', 'quarter')),
  ends_on date NOT NULL,
  number text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  state text NOT NULL
    CHECK (state IN ('preparing', 'ready', 'failed', 'unchanged', 'published', 'superseded', 'cancelled')),
  attempt integer NOT NULL DEFAULT 1,
  problem text,
  snapshot jsonb,
  figures_digest text,
  file_key text,
  pdf_digest text,
  journals_read integer,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  prepared_at timestamptz,
  published_at timestamptz,
  superseded_at timestamptz,
  CONSTRAINT statements_number UNIQUE (firm_id, number),
  CONSTRAINT statements_whole CHECK (state NOT IN ('ready', 'published', 'superseded') OR (snapshot IS NOT NULL
    AND figures_digest IS NOT NULL AND file_key IS NOT NULL AND pdf_digest IS NOT NULL AND prepared_at IS NOT NULL)),
  CONSTRAINT statements_released CHECK ((published_at IS NOT NULL) = (state IN ('published', 'superseded')))
);
CREATE INDEX statements_by_run ON investments.statements (run_id, state);
CREATE INDEX statements_by_account ON investments.statements (account_id, ends_on DESC)
  WHERE state IN ('published', 'superseded');
CREATE INDEX statements_by_holding ON investments.statements (holding_id, ends_on DESC);
CREATE UNIQUE INDEX statements_one_published ON investments.statements (holding_id, frequency, ends_on)
  WHERE state = 'published';
CREATE UNIQUE INDEX statements_versions ON investments.statements (holding_id, frequency, ends_on, version)
  WHERE state IN ('published', 'superseded');
CREATE INDEX statements_by_digest ON investments.statements (firm_id, pdf_digest)
  WHERE state IN ('published', 'superseded');
"""

# What was published is frozen, to its owner too: it may be superseded, and nothing else of it changes.
FROZEN = """
CREATE FUNCTION investments.keep_statements_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state NOT IN ('published', 'superseded') THEN
      RETURN NEW;
    END IF;
    IF OLD.state = 'published' AND NEW.state = 'superseded' AND NEW.superseded_at IS NOT NULL
      AND to_jsonb(NEW) - 'state' - 'superseded_at' = to_jsonb(OLD) - 'state' - 'superseded_at' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a published statement is frozen: % refused', TG_OP USING ERRCODE = '23001';
END $$;
CREATE TRIGGER statements_frozen BEFORE UPDATE OR DELETE ON investments.statements
  FOR EACH ROW EXECUTE FUNCTION investments.keep_statements_frozen();
CREATE TRIGGER statements_never_emptied BEFORE TRUNCATE ON investments.statements
  FOR EACH STATEMENT EXECUTE FUNCTION platform.deny_change();
"""
MY_RELEASED = (
    f"{FIRM} AND account_id = ANY ((SELECT people.my_account_ids())::uuid[])"
    " AND state = ANY ('{published,superseded}'::text[])"
)


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(FROZEN)
    writing = {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    protect("investments.statement_runs", writing, {"staff": FIRM, "system": FIRM})
    protect(
        "investments.statements",
        {"investor": "SELECT", **writing},
        {"investor": MY_RELEASED, "staff": FIRM, "system": FIRM},
    )
    op.execute("RESET ROLE")
