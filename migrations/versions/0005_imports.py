"""Imports of history: the file and how it is read, its rows as they will be posted, what a shape of file taught.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0005"
down_revision = "0004"

# Rows carry no foreign key: they come and go a hundred thousand at a time, and only together with their import.
TABLES = """
CREATE TABLE investments.imports (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT imports_firm REFERENCES identity.firms,
  state text NOT NULL CHECK (state IN ('reading', 'uploaded', 'checking', 'checked', 'posting', 'posted', 'undoing',
    'undone', 'failed')),
  attempt integer NOT NULL DEFAULT 1,
  file_key text NOT NULL,
  file_name text NOT NULL,
  file_digest text NOT NULL,
  file_size bigint NOT NULL,
  layout jsonb,
  kind text CHECK (kind IN ('positions', 'transactions')),
  options jsonb,
  summary jsonb,
  problem text,
  posted integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  posted_by uuid,
  posted_at timestamptz,
  undone_by uuid,
  undone_at timestamptz,
  CONSTRAINT imports_whole CHECK (state <> ALL ('{checking,checked,posting,posted,undoing,undone}'::text[])
    OR (layout IS NOT NULL AND kind IS NOT NULL AND options IS NOT NULL))
);
CREATE INDEX imports_by_firm ON investments.imports (firm_id, created_at DESC, id);
CREATE INDEX imports_by_digest ON investments.imports (firm_id, file_digest);
CREATE TABLE investments.import_rows (
  import_id uuid NOT NULL,
  "row" integer NOT NULL,
  firm_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'standing', 'refused')),
  business_key text,
  content_digest text,
  account text,
  vehicle text,
  effective_on date,
  type text,
  amount numeric(20,4),
  commitment numeric(20,4),
  paid_in numeric(20,4),
  distributed numeric(20,4),
  nav numeric(20,4),
  reference text,
  vintage smallint,
  strategy text,
  rounded boolean NOT NULL DEFAULT false,
  given jsonb,
  problems jsonb,
  CONSTRAINT import_rows_pkey PRIMARY KEY (import_id, "row"),
  CONSTRAINT import_rows_told CHECK ((state = 'refused') = (problems IS NOT NULL))
);
CREATE INDEX import_rows_apart ON investments.import_rows (import_id, state, "row") WHERE state <> 'new';
CREATE TABLE investments.import_shapes (
  firm_id uuid NOT NULL CONSTRAINT import_shapes_firm REFERENCES identity.firms,
  shape_key text NOT NULL,
  options jsonb NOT NULL,
  used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT import_shapes_pkey PRIMARY KEY (firm_id, shape_key)
);
"""

# What was ever posted stays on record.
KEPT = """
CREATE FUNCTION investments.keep_posted_imports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.posted_at IS NOT NULL THEN
    RAISE EXCEPTION 'import % was posted and stays on record', OLD.id USING ERRCODE = '23001';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER imports_posted_stay BEFORE DELETE ON investments.imports
  FOR EACH ROW EXECUTE FUNCTION investments.keep_posted_imports();
"""
GRANTS = {
    "investments.imports": "SELECT, INSERT, UPDATE, DELETE",
    "investments.import_rows": "SELECT, INSERT, UPDATE, DELETE",
    "investments.import_shapes": "SELECT, INSERT, UPDATE",
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(KEPT)
    for table, privileges in GRANTS.items():
        protect(table, {"staff": privileges, "system": privileges}, {"staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
