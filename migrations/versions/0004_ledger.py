"""Vehicles, holdings and the journal.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE investments.vehicles (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT vehicles_firm REFERENCES identity.firms,
  name text NOT NULL,
  name_key text NOT NULL,
  currency char(3) NOT NULL,
  tax_class text NOT NULL,
  strategy text,
  sector text,
  vintage smallint,
  preferred_return numeric(7,6) NOT NULL,
  preferred_compounding text NOT NULL,
  day_count text NOT NULL,
  carry numeric(7,6) NOT NULL,
  catch_up numeric(7,6) NOT NULL,
  waterfall text NOT NULL,
  management_fee numeric(7,6) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT vehicles_name UNIQUE (firm_id, name_key)
);
CREATE TABLE investments.holdings (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT holdings_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT holdings_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT holdings_vehicle REFERENCES investments.vehicles,
  currency char(3) NOT NULL,
  commitment numeric(20,4) NOT NULL DEFAULT 0,
  unfunded numeric(20,4) NOT NULL DEFAULT 0,
  paid_in numeric(20,4) NOT NULL DEFAULT 0,
  distributed numeric(20,4) NOT NULL DEFAULT 0,
  net_assets numeric(20,4) NOT NULL DEFAULT 0,
  fees numeric(20,4) NOT NULL DEFAULT 0,
  opening boolean NOT NULL DEFAULT false,
  first_on date,
  last_on date,
  last_flow_on date,
  valued_on date,
  version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT holdings_account_vehicle UNIQUE (account_id, vehicle_id)
);
CREATE INDEX holdings_by_vehicle ON investments.holdings (vehicle_id, account_id);
CREATE TABLE investments.journals (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT journals_firm REFERENCES identity.firms,
  holding_id uuid NOT NULL CONSTRAINT journals_holding REFERENCES investments.holdings,
  account_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('commitment', 'contribution', 'distribution', 'return_of_capital', 'gain',
    'dividend', 'interest', 'fee', 'valuation', 'valuation_adjustment')),
  opening boolean NOT NULL DEFAULT false,
  business_key text NOT NULL,
  generation integer NOT NULL DEFAULT 1,
  content_digest text NOT NULL,
  currency char(3) NOT NULL,
  amount numeric(20,4) NOT NULL,
  unfunded_effect numeric(20,4) NOT NULL,
  stated_nav numeric(20,4),
  effective_on date NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  posted_by uuid,
  reference text NOT NULL,
  batch_id uuid,
  reverses uuid CONSTRAINT journals_one_reversal UNIQUE CONSTRAINT journals_reverses REFERENCES investments.journals,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CONSTRAINT journals_business_key UNIQUE (firm_id, business_key, generation)
);
CREATE INDEX journals_by_holding ON investments.journals (holding_id, effective_on, id);
CREATE INDEX journals_by_account ON investments.journals (account_id, effective_on, id);
CREATE INDEX journals_by_firm ON investments.journals (firm_id, effective_on, id);
CREATE INDEX journals_by_batch ON investments.journals (batch_id) WHERE batch_id IS NOT NULL;
CREATE TABLE investments.postings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL,
  journal_id uuid NOT NULL CONSTRAINT postings_journal REFERENCES investments.journals,
  holding_id uuid NOT NULL,
  account_id uuid NOT NULL,
  bucket text NOT NULL CHECK (bucket IN ('committed', 'unfunded', 'drawn', 'contributed', 'distributed',
    'net_assets', 'fees', 'revaluation')),
  currency char(3) NOT NULL,
  amount numeric(20,4) NOT NULL,
  effective_on date NOT NULL
);
CREATE INDEX postings_by_journal ON investments.postings (journal_id);
CREATE INDEX postings_by_holding ON investments.postings (holding_id, effective_on) INCLUDE (bucket, amount);
CREATE FUNCTION investments.my_vehicle_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(DISTINCT vehicle_id), '{}') FROM investments.holdings $$;
"""

# At COMMIT, once per journal: two postings at least, zero per currency.
BALANCED = """
CREATE FUNCTION investments.check_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lines integer; off numeric; currencies integer;
BEGIN
  SELECT count(*), sum(amount), count(DISTINCT currency) INTO lines, off, currencies
    FROM investments.postings WHERE journal_id = NEW.id;
  IF lines < 2 THEN
    RAISE EXCEPTION 'journal % has % postings, two at least are needed', NEW.id, lines USING ERRCODE = '23514';
  END IF;
  IF off <> 0 OR currencies <> 1 THEN
    RAISE EXCEPTION 'journal % is off balance by %', NEW.id, off USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journals_balanced AFTER INSERT ON investments.journals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION investments.check_balanced();
"""

# Per statement: every posting belongs to a journal of this transaction and agrees with it; then the balances are kept.
# The journal is looked up per posting, by its key: a join would be planned for few journals of a transaction, and takes
# as long as postings times journals when there are many.
KEEP_BALANCES = """
CREATE FUNCTION investments.keep_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM added p WHERE (
      SELECT j.txid = pg_current_xact_id() AND j.holding_id = p.holding_id AND j.account_id = p.account_id
        AND j.firm_id = p.firm_id AND j.currency = p.currency AND j.effective_on = p.effective_on
      FROM investments.journals j WHERE j.id = p.journal_id
    ) IS NOT TRUE
  ) THEN
    RAISE EXCEPTION 'a posting does not belong to a journal of this transaction' USING ERRCODE = '23001';
  END IF;
  UPDATE investments.holdings h SET
    commitment = h.commitment + s.commitment, unfunded = h.unfunded + s.unfunded, paid_in = h.paid_in + s.paid_in,
    distributed = h.distributed + s.distributed, net_assets = h.net_assets + s.net_assets, fees = h.fees + s.fees
  FROM (
    SELECT holding_id,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'committed'), 0) AS commitment,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'unfunded'), 0) AS unfunded,
      COALESCE(-sum(amount) FILTER (WHERE bucket = 'contributed'), 0) AS paid_in,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'distributed'), 0) AS distributed,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'net_assets'), 0) AS net_assets,
      COALESCE(sum(amount) FILTER (WHERE bucket = 'fees'), 0) AS fees
    FROM added GROUP BY holding_id
  ) s WHERE h.id = s.holding_id;
  RETURN NULL;
END $$;
CREATE TRIGGER postings_keep_balances AFTER INSERT ON investments.postings
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION investments.keep_balances();
"""

# Per statement: the dates a holding is read by. A reversal takes dates away, so these are read anew.
KEEP_DATES = """
CREATE FUNCTION investments.keep_dates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE investments.holdings h SET
    first_on = LEAST(h.first_on, s.first_on), last_on = GREATEST(h.last_on, s.last_on),
    last_flow_on = GREATEST(h.last_flow_on, s.last_flow_on), valued_on = GREATEST(h.valued_on, s.valued_on),
    opening = h.opening OR s.opening, version = h.version + 1
  FROM (
    SELECT holding_id, min(effective_on) AS first_on, max(effective_on) AS last_on,
      max(effective_on) FILTER (WHERE kind NOT IN ('commitment', 'valuation', 'valuation_adjustment')) AS last_flow_on,
      max(effective_on) FILTER (WHERE kind = 'valuation') AS valued_on, bool_or(opening) AS opening
    FROM added WHERE reverses IS NULL GROUP BY holding_id
  ) s WHERE h.id = s.holding_id;
  UPDATE investments.holdings h SET
    first_on = s.first_on, last_on = s.last_on, last_flow_on = s.last_flow_on, valued_on = s.valued_on,
    opening = COALESCE(s.opening, false), version = h.version + 1
  FROM (
    SELECT touched.holding_id, min(j.effective_on) AS first_on, max(j.effective_on) AS last_on,
      max(j.effective_on)
        FILTER (WHERE j.kind NOT IN ('commitment', 'valuation', 'valuation_adjustment')) AS last_flow_on,
      max(j.effective_on) FILTER (WHERE j.kind = 'valuation') AS valued_on, bool_or(j.opening) AS opening
    FROM (SELECT DISTINCT holding_id FROM added WHERE reverses IS NOT NULL) touched
    LEFT JOIN investments.journals j ON j.holding_id = touched.holding_id AND j.reverses IS NULL
      AND NOT EXISTS (SELECT FROM investments.journals r WHERE r.reverses = j.id)
    GROUP BY touched.holding_id
  ) s WHERE h.id = s.holding_id;
  RETURN NULL;
END $$;
CREATE TRIGGER journals_keep_dates AFTER INSERT ON investments.journals
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION investments.keep_dates();
"""
MINE = f"{FIRM} AND account_id = ANY ((SELECT people.my_account_ids())::uuid[])"
MY_VEHICLES = f"{FIRM} AND id = ANY ((SELECT investments.my_vehicle_ids())::uuid[])"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    for statement in (TABLES, BALANCED, KEEP_BALANCES, KEEP_DATES):
        op.execute(statement)
    writing = {"investor": "SELECT", "staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    posting = {"investor": "SELECT", "staff": "SELECT, INSERT", "system": "SELECT, INSERT"}
    protect("investments.vehicles", writing, {"investor": MY_VEHICLES, "staff": FIRM, "system": FIRM})
    protect("investments.holdings", writing, {"investor": MINE, "staff": FIRM, "system": FIRM})
    for table in ("investments.journals", "investments.postings"):
        protect(table, posting, {"investor": MINE, "staff": FIRM, "system": FIRM})
        append_only(table)
    op.execute("RESET ROLE")
