"""The ground: roles, schemas, the context functions, the outbox.

Revision ID: 0001
Revises:
"""

from alembic import op

from portal.platform.row_security import EVERY_FIRM, FIRM, protect

revision = "0001"
down_revision = None

SCHEMAS = ("platform", "identity", "people", "investments")
ROLES = ("portal_investor", "portal_staff", "portal_system", "portal_gate")

OWNER = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN CREATE ROLE portal_owner NOLOGIN; END IF;
END $$
"""
ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
END $$
"""
FUNCTIONS = """
CREATE FUNCTION platform.current_firm() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.firm_id', true), '')::uuid $$;
CREATE FUNCTION platform.current_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.actor_id', true), '')::uuid $$;
CREATE FUNCTION platform.deny_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '23001';
END $$;
"""
OUTBOX = """
CREATE TABLE platform.outbox (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  job text NOT NULL,
  arguments jsonb NOT NULL,
  once_key text,
  priority smallint NOT NULL,
  state text NOT NULL CHECK (state IN ('ready', 'leased', 'done', 'dead')),
  failures integer NOT NULL,
  leases integer NOT NULL,
  due_at timestamptz NOT NULL,
  lease_until timestamptz,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CONSTRAINT outbox_once UNIQUE (firm_id, job, once_key)
);
CREATE INDEX outbox_due ON platform.outbox (priority, due_at) WHERE state IN ('ready', 'leased');
CREATE INDEX outbox_by_firm ON platform.outbox (firm_id, state, created_at DESC, id);
"""


def upgrade() -> None:
    op.execute(OWNER)
    for role in ROLES:
        op.execute(ROLE.format(role=role))
    op.execute("DO $$ BEGIN EXECUTE format('GRANT portal_owner TO %I', current_user); END $$")
    op.execute(
        "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO portal_staff, portal_system',"
        " current_database()); END $$"
    )
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        op.execute(f"ALTER SCHEMA {schema} OWNER TO portal_owner")
        op.execute(f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(ROLES)}")
    op.execute("SET ROLE portal_owner")
    op.execute(FUNCTIONS)
    op.execute(OUTBOX)
    protect(
        "platform.outbox",
        {
            "investor": "INSERT",
            "staff": "SELECT, INSERT, UPDATE",
            "system": "SELECT, INSERT, UPDATE",
            "gate": "SELECT, UPDATE",
        },
        {"investor": FIRM, "staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    op.execute("RESET ROLE")
