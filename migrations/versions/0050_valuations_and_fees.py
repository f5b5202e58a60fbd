"""Valuations, management fees and transfers of interests, each with every account's part.

Revision ID: 0050
Revises: 0049
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0050"
down_revision = "0049"

TABLES = """
CREATE TABLE investments.valuations (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT valuations_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT valuations_vehicle REFERENCES investments.vehicles,
  valued_on date NOT NULL,
  version integer NOT NULL,
  amount numeric(20,4) NOT NULL,
  components jsonb NOT NULL,
  basis text NOT NULL CHECK (basis IN ('capital', 'commitment', 'units')),
  total_weight numeric(30,10) NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'waiting', 'posted', 'replaced', 'undone', 'discarded')),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  posted_at timestamptz,
  CONSTRAINT valuations_versions UNIQUE (vehicle_id, valued_on, version)
);
CREATE INDEX valuations_by_firm ON investments.valuations (firm_id, valued_on DESC, id);
CREATE UNIQUE INDEX valuations_one_posted ON investments.valuations (vehicle_id, valued_on) WHERE state = 'posted';
CREATE TABLE investments.valuation_shares (
  valuation_id uuid NOT NULL CONSTRAINT valuation_shares_valuation REFERENCES investments.valuations,
  account_id uuid NOT NULL CONSTRAINT valuation_shares_account REFERENCES people.investor_accounts,
  firm_id uuid NOT NULL,
  weight numeric(30,10) NOT NULL,
  amount numeric(20,4) NOT NULL,
  before numeric(20,4) NOT NULL,
  PRIMARY KEY (valuation_id, account_id)
);
CREATE INDEX valuation_shares_by_account ON investments.valuation_shares (account_id);
CREATE TABLE investments.fee_charges (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT fee_charges_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT fee_charges_vehicle REFERENCES investments.vehicles,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  measured_on date NOT NULL,
  basis text NOT NULL,
  rate numeric(7,6) NOT NULL,
  day_count text NOT NULL,
  days integer NOT NULL,
  paid_from text NOT NULL CHECK (paid_from IN ('capital', 'call')),
  total_basis numeric(20,4) NOT NULL,
  fee numeric(20,4) NOT NULL,
  offsets numeric(20,4) NOT NULL,
  credited numeric(20,4) NOT NULL,
  rebated numeric(20,4) NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'waiting', 'posted', 'undone', 'discarded')),
  call_id uuid,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  posted_at timestamptz
);
CREATE INDEX fee_charges_by_firm ON investments.fee_charges (firm_id, ends_on DESC, id);
CREATE INDEX fee_charges_by_vehicle ON investments.fee_charges (vehicle_id, starts_on);
CREATE TABLE investments.fee_shares (
  charge_id uuid NOT NULL CONSTRAINT fee_shares_charge REFERENCES investments.fee_charges,
  account_id uuid NOT NULL CONSTRAINT fee_shares_account REFERENCES people.investor_accounts,
  firm_id uuid NOT NULL,
  basis numeric(20,4) NOT NULL,
  fee numeric(20,4) NOT NULL,
  credit numeric(20,4) NOT NULL,
  rebate numeric(20,4) NOT NULL,
  PRIMARY KEY (charge_id, account_id)
);
CREATE INDEX fee_shares_by_account ON investments.fee_shares (account_id);
CREATE TABLE investments.transfers (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT transfers_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT transfers_vehicle REFERENCES investments.vehicles,
  account_id uuid NOT NULL CONSTRAINT transfers_giver REFERENCES people.investor_accounts,
  taker_id uuid NOT NULL CONSTRAINT transfers_taker REFERENCES people.investor_accounts,
  share numeric(11,10) NOT NULL,
  effective_on date NOT NULL,
  whole_commitment numeric(20,4) NOT NULL,
  whole_unfunded numeric(20,4) NOT NULL,
  whole_nav numeric(20,4) NOT NULL,
  commitment numeric(20,4) NOT NULL,
  unfunded numeric(20,4) NOT NULL,
  nav numeric(20,4) NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'posted', 'refused')),
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (account_id <> taker_id)
);
CREATE INDEX transfers_by_firm ON investments.transfers (firm_id, created_at DESC, id);
CREATE INDEX transfers_by_giver ON investments.transfers (account_id);
CREATE INDEX transfers_by_taker ON investments.transfers (taker_id);
"""
ACCOUNTS = "(SELECT people.my_account_ids())::uuid[]"
MINE = f"{FIRM} AND account_id = ANY ({ACCOUNTS})"
HELD = "vehicle_id = ANY ((SELECT investments.my_vehicle_ids())::uuid[])"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    writing = {"investor": "SELECT", "staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    adding = {"investor": "SELECT", "staff": "SELECT, INSERT", "system": "SELECT, INSERT"}
    counted = {
        "valuations": f"{FIRM} AND state IN ('posted', 'replaced') AND {HELD}",
        "fee_charges": f"{FIRM} AND state = 'posted' AND {HELD}",
        "transfers": f"{FIRM} AND state = 'posted' AND ARRAY[account_id, taker_id] && {ACCOUNTS}",
    }
    for table, mine in counted.items():
        protect(f"investments.{table}", writing, {"investor": mine, "staff": FIRM, "system": FIRM})
    # A part of what does not count yet is nobody's but the firm's: these look at the policies above.
    parts = {"valuation_shares": ("valuation_id", "valuations"), "fee_shares": ("charge_id", "fee_charges")}
    for table, (column, whole) in parts.items():
        mine = f"{MINE} AND {column} IN (SELECT id FROM investments.{whole})"
        protect(f"investments.{table}", adding, {"investor": mine, "staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
