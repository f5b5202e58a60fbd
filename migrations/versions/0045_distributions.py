"""Distributions: what is paid out, who gets what of it and why, what deals cost, what is withheld.

Revision ID: 0045
Revises: 0044
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0045"
down_revision = "0044"

TABLES = """
CREATE TABLE investments.deals (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT deals_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT deals_vehicle REFERENCES investments.vehicles,
  name text NOT NULL,
  costs jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT deals_name UNIQUE (vehicle_id, name)
);
CREATE TABLE investments.withholding_rates (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT withholding_rates_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT withholding_rates_vehicle REFERENCES investments.vehicles,
  residence char(2) NOT NULL,
  holder_kind text,
  source text NOT NULL,
  rate numeric(7,6) NOT NULL CHECK (rate BETWEEN 0 AND 1),
  basis text NOT NULL,
  set_by uuid,
  set_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT withholding_rates_one UNIQUE NULLS NOT DISTINCT (vehicle_id, residence, holder_kind, source)
);
CREATE TABLE investments.distributions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT distributions_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT distributions_vehicle REFERENCES investments.vehicles,
  number integer NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'waiting', 'approved', 'posted', 'reversed', 'cancelled')),
  method text NOT NULL CHECK (method IN ('waterfall', 'paid_in', 'commitment')),
  pay_on date NOT NULL,
  currency char(3) NOT NULL,
  lines jsonb NOT NULL,
  note text NOT NULL,
  falls jsonb NOT NULL DEFAULT '[]',
  gross numeric(20,4) NOT NULL DEFAULT 0,
  carry numeric(20,4) NOT NULL DEFAULT 0,
  escrow numeric(20,4) NOT NULL DEFAULT 0,
  withheld numeric(20,4) NOT NULL DEFAULT 0,
  net numeric(20,4) NOT NULL DEFAULT 0,
  digest text,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  approved_at timestamptz,
  posted_at timestamptz,
  reversed_at timestamptz,
  reversal_reason text NOT NULL DEFAULT '',
  CONSTRAINT distributions_number UNIQUE (vehicle_id, number),
  CONSTRAINT distributions_whole CHECK (state IN ('draft', 'cancelled') OR digest IS NOT NULL)
);
CREATE INDEX distributions_by_firm ON investments.distributions (firm_id, pay_on DESC, id DESC);
CREATE TABLE investments.distribution_shares (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT distribution_shares_firm REFERENCES identity.firms,
  distribution_id uuid NOT NULL CONSTRAINT distribution_shares_distribution REFERENCES investments.distributions,
  account_id uuid NOT NULL CONSTRAINT distribution_shares_account REFERENCES people.investor_accounts,
  issued boolean NOT NULL DEFAULT false,
  state text NOT NULL CHECK (state IN ('unpaid', 'in_file', 'paid', 'returned')),
  gross numeric(20,4) NOT NULL,
  withheld numeric(20,4) NOT NULL,
  in_kind numeric(20,4) NOT NULL,
  net numeric(20,4) NOT NULL,
  recallable numeric(20,4) NOT NULL,
  components jsonb NOT NULL,
  tiers jsonb NOT NULL,
  CONSTRAINT distribution_shares_one UNIQUE (distribution_id, account_id),
  CONSTRAINT distribution_shares_sum CHECK (net = gross - withheld - in_kind)
);
CREATE INDEX distribution_shares_by_account ON investments.distribution_shares (account_id, distribution_id);
CREATE FUNCTION investments.my_distribution_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(distribution_id), '{}') FROM investments.distribution_shares $$;
"""
# What was approved stays as it was: of a distribution only its progress changes, of a share only where its money is.
FROZEN = """
CREATE FUNCTION investments.keep_distribution_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE progress text[] := ARRAY['state', 'posted_at', 'reversed_at', 'reversal_reason'];
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.approved_at IS NULL OR to_jsonb(NEW) - progress = to_jsonb(OLD) - progress) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an approved distribution stays as it was approved' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER distributions_frozen BEFORE UPDATE OR DELETE ON investments.distributions
  FOR EACH ROW EXECUTE FUNCTION investments.keep_distribution_frozen();
CREATE FUNCTION investments.keep_share_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT OLD.issued THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND (NOT OLD.issued OR to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an approved share of a distribution stays as it was approved' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER distribution_shares_frozen BEFORE UPDATE OR DELETE ON investments.distribution_shares
  FOR EACH ROW EXECUTE FUNCTION investments.keep_share_frozen();
"""
MY_SHARES = f"{FIRM} AND account_id = ANY ((SELECT people.my_account_ids())::uuid[]) AND issued"
MINE = (
    f"{FIRM} AND id = ANY ((SELECT investments.my_distribution_ids())::uuid[])"
    " AND state = ANY ('{approved,posted,reversed}'::text[])"
)


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    op.execute(FROZEN)
    writing = {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    removing = {role: f"{rights}, DELETE" for role, rights in writing.items()}
    inside = {"staff": FIRM, "system": FIRM}
    protect("investments.deals", writing, inside)
    protect("investments.withholding_rates", removing, inside)
    protect("investments.distributions", {"investor": "SELECT", **writing}, {"investor": MINE, **inside})
    protect("investments.distribution_shares", {"investor": "SELECT", **removing}, {"investor": MY_SHARES, **inside})
    op.execute("RESET ROLE")
