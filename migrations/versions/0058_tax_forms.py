"""Tax forms: allocations, what was issued of them, consents to get them in the portal alone, and what is expected when.

Revision ID: 0058
Revises: 0057
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0058"
down_revision = "0057"

TABLES = """
CREATE TABLE investments.tax_runs (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT tax_runs_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT tax_runs_vehicle REFERENCES investments.vehicles,
  tax_year integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('k1', '1099_div', '1099_int', '1042_s')),
  stage text NOT NULL CHECK (stage IN ('estimate', 'final')),
  payer_ein text NOT NULL,
  payer_address text NOT NULL,
  totals jsonb NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'waiting', 'issued', 'discarded')),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  issued_at timestamptz
);
CREATE INDEX tax_runs_by_vehicle ON investments.tax_runs (vehicle_id, tax_year, created_at DESC, id);
CREATE INDEX tax_runs_by_firm ON investments.tax_runs (firm_id, tax_year, created_at DESC, id);
CREATE TABLE investments.tax_allocations (
  run_id uuid NOT NULL CONSTRAINT tax_allocations_run REFERENCES investments.tax_runs,
  account_id uuid NOT NULL CONSTRAINT tax_allocations_account REFERENCES people.investor_accounts,
  firm_id uuid NOT NULL,
  boxes jsonb NOT NULL,
  PRIMARY KEY (run_id, account_id)
);
CREATE INDEX tax_allocations_by_account ON investments.tax_allocations (account_id);
CREATE TABLE investments.tax_forms (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT tax_forms_firm REFERENCES identity.firms,
  run_id uuid NOT NULL CONSTRAINT tax_forms_run REFERENCES investments.tax_runs,
  account_id uuid NOT NULL CONSTRAINT tax_forms_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT tax_forms_vehicle REFERENCES investments.vehicles,
  tax_year integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('k1', '1099_div', '1099_int', '1042_s')),
  stage text NOT NULL CHECK (stage IN ('estimate', 'final')),
  version integer NOT NULL,
  replaces uuid CONSTRAINT tax_forms_replaced REFERENCES investments.tax_forms,
  delivery text NOT NULL CHECK (delivery IN ('electronic', 'paper')),
  content jsonb NOT NULL,
  figures_digest text NOT NULL,
  issued_at timestamptz NOT NULL,
  mailed_on date,
  mailed_by uuid,
  CONSTRAINT tax_forms_mailed CHECK (mailed_on IS NULL OR delivery = 'paper'),
  CONSTRAINT tax_forms_versions UNIQUE (vehicle_id, tax_year, kind, account_id, version)
);
CREATE INDEX tax_forms_by_run ON investments.tax_forms (run_id);
CREATE INDEX tax_forms_by_account ON investments.tax_forms (account_id, tax_year DESC, id);
CREATE UNIQUE INDEX tax_forms_replacing ON investments.tax_forms (replaces) WHERE replaces IS NOT NULL;
CREATE TABLE investments.tax_consents (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT tax_consents_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT tax_consents_account REFERENCES people.investor_accounts,
  user_id uuid NOT NULL CONSTRAINT tax_consents_user REFERENCES identity.users,
  version integer NOT NULL,
  body text NOT NULL,
  given boolean NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  address text,
  agent text
);
CREATE INDEX tax_consents_by_account ON investments.tax_consents (account_id, at DESC, id DESC);
CREATE INDEX tax_consents_by_user ON investments.tax_consents (user_id);
CREATE TABLE investments.tax_seasons (
  vehicle_id uuid NOT NULL CONSTRAINT tax_seasons_vehicle REFERENCES investments.vehicles,
  tax_year integer NOT NULL,
  firm_id uuid NOT NULL CONSTRAINT tax_seasons_firm REFERENCES identity.firms,
  expected_on date NOT NULL,
  changed_by uuid,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (vehicle_id, tax_year)
);
"""
# Of a form nothing changes but the day on which its paper was sent.
FROZEN = """
CREATE FUNCTION investments.keep_tax_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'mailed_on' - 'mailed_by' <> to_jsonb(OLD) - 'mailed_on' - 'mailed_by' THEN
    RAISE EXCEPTION 'a tax form that was issued stays as it is: % refused', TG_OP USING ERRCODE = '23001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tax_forms_kept BEFORE UPDATE ON investments.tax_forms
  FOR EACH ROW EXECUTE FUNCTION investments.keep_tax_form();
CREATE TRIGGER tax_forms_never_deleted BEFORE DELETE ON investments.tax_forms
  FOR EACH ROW EXECUTE FUNCTION platform.deny_change();
CREATE TRIGGER tax_forms_never_emptied BEFORE TRUNCATE ON investments.tax_forms
  FOR EACH STATEMENT EXECUTE FUNCTION platform.deny_change();
"""
MY_FORMS = f"{FIRM} AND account_id = ANY ((SELECT people.my_accounts_for('tax_forms'))::uuid[])"
MY_CONSENTS = f"{FIRM} AND account_id = ANY ((SELECT people.my_own_account_ids())::uuid[])"
HELD = f"{FIRM} AND vehicle_id = ANY ((SELECT investments.my_vehicle_ids())::uuid[])"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(FROZEN)
    firm = {"staff": FIRM, "system": FIRM}
    writing, adding = "SELECT, INSERT, UPDATE", "SELECT, INSERT"
    protect("investments.tax_runs", {"staff": writing, "system": writing}, firm)
    protect("investments.tax_allocations", {"staff": adding, "system": adding}, firm)
    everybody = {"investor": "SELECT", "staff": writing, "system": writing}
    protect("investments.tax_forms", everybody, {"investor": MY_FORMS, **firm})
    protect("investments.tax_seasons", everybody, {"investor": HELD, **firm})
    asked = {"investor": "SELECT", "staff": "SELECT", "system": adding}
    protect("investments.tax_consents", asked, {"investor": MY_CONSENTS, **firm})
    append_only("investments.tax_consents")
    op.execute("RESET ROLE")
