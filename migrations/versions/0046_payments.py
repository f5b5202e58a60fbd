"""Bank statements and what their lines are for, interest on late payments, payment files.

Revision ID: 0046
Revises: 0045
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0046"
down_revision = "0045"

# Nobody but the firm sees these: an investor's own payments stand with their calls and distributions.
ARRIVING = """
CREATE TABLE investments.bank_files (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT bank_files_firm REFERENCES identity.firms,
  name text NOT NULL,
  digest text NOT NULL,
  format text NOT NULL CHECK (format IN ('csv', 'camt.053', 'bai2')),
  lines integer NOT NULL,
  taken integer NOT NULL,
  read_by uuid CONSTRAINT bank_files_read_by REFERENCES identity.users,
  read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT bank_files_once UNIQUE (firm_id, digest)
);
CREATE INDEX bank_files_by_firm ON investments.bank_files (firm_id, read_at DESC, id DESC);
CREATE TABLE investments.bank_lines (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  file_id uuid NOT NULL CONSTRAINT bank_lines_file REFERENCES investments.bank_files,
  number integer NOT NULL,
  booked_on date NOT NULL,
  value_on date NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount <> 0),
  currency char(3) NOT NULL,
  payer text NOT NULL,
  reference text NOT NULL,
  bank_id text NOT NULL,
  account text NOT NULL,
  identity text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'waiting', 'matched', 'aside')),
  note text NOT NULL DEFAULT '',
  CONSTRAINT bank_lines_once UNIQUE (firm_id, identity)
);
CREATE INDEX bank_lines_by_file ON investments.bank_lines (file_id, number);
CREATE INDEX bank_lines_to_match ON investments.bank_lines (firm_id, booked_on, number, id)
  WHERE state = 'open' AND amount > 0;
CREATE TABLE investments.receipts (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  line_id uuid NOT NULL CONSTRAINT receipts_line REFERENCES investments.bank_lines,
  state text NOT NULL CHECK (state IN ('waiting', 'posted', 'rejected', 'undone')),
  reason text NOT NULL,
  excess numeric(20,4) NOT NULL DEFAULT 0 CHECK (excess >= 0),
  excess_account_id uuid CONSTRAINT receipts_excess_account REFERENCES people.investor_accounts,
  excess_state text NOT NULL CHECK (excess_state IN ('none', 'open', 'refunded', 'used')),
  note text NOT NULL DEFAULT '',
  made_by uuid CONSTRAINT receipts_made_by REFERENCES identity.users,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  posted_at timestamptz,
  undone_by uuid CONSTRAINT receipts_undone_by REFERENCES identity.users,
  undone_at timestamptz,
  CONSTRAINT receipts_excess CHECK ((excess > 0) = (excess_account_id IS NOT NULL))
);
CREATE UNIQUE INDEX receipts_of_line ON investments.receipts (line_id) WHERE state IN ('waiting', 'posted');
CREATE INDEX receipts_by_firm ON investments.receipts (firm_id, made_at DESC, id DESC);
CREATE INDEX receipts_excess_open ON investments.receipts (firm_id, made_at)
  WHERE state = 'posted' AND excess_state = 'open';
CREATE TABLE investments.receipt_parts (
  receipt_id uuid NOT NULL CONSTRAINT receipt_parts_receipt REFERENCES investments.receipts,
  number smallint NOT NULL,
  firm_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('call', 'late_interest')),
  due_id uuid NOT NULL,
  account_id uuid NOT NULL CONSTRAINT receipt_parts_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT receipt_parts_vehicle REFERENCES investments.vehicles,
  reference text NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount > 0),
  PRIMARY KEY (receipt_id, number),
  CONSTRAINT receipt_parts_once UNIQUE (receipt_id, due_id)
);
CREATE INDEX receipt_parts_by_due ON investments.receipt_parts (due_id);
CREATE TABLE investments.late_interests (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT late_interests_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT late_interests_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT late_interests_vehicle REFERENCES investments.vehicles,
  share_id uuid NOT NULL,
  receipt_id uuid NOT NULL CONSTRAINT late_interests_receipt REFERENCES investments.receipts,
  reference text NOT NULL,
  principal numeric(20,4) NOT NULL,
  rate numeric(7,6) NOT NULL,
  days integer NOT NULL,
  year integer NOT NULL,
  due_on date NOT NULL,
  paid_on date NOT NULL,
  currency char(3) NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount > 0),
  paid numeric(20,4) NOT NULL DEFAULT 0,
  state text NOT NULL CHECK (state IN ('asked', 'waived', 'void')),
  note text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT late_interests_once UNIQUE (receipt_id, share_id),
  CONSTRAINT late_interests_paid CHECK (paid BETWEEN 0 AND amount)
);
CREATE INDEX late_interests_open ON investments.late_interests (firm_id, due_on)
  WHERE state = 'asked' AND paid < amount;
"""
LEAVING = """
CREATE TABLE investments.payment_origins (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT payment_origins_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT payment_origins_vehicle REFERENCES investments.vehicles
    CONSTRAINT payment_origins_of_vehicle UNIQUE,
  name text NOT NULL,
  bank text NOT NULL,
  routing text NOT NULL,
  company_id text NOT NULL,
  iban text NOT NULL,
  bic text NOT NULL,
  set_by uuid CONSTRAINT payment_origins_set_by REFERENCES identity.users,
  set_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE investments.payment_files (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT payment_files_firm REFERENCES identity.firms,
  number integer NOT NULL,
  distribution_id uuid NOT NULL,
  vehicle_id uuid NOT NULL CONSTRAINT payment_files_vehicle REFERENCES investments.vehicles,
  format text NOT NULL CHECK (format IN ('nacha', 'pain.001', 'csv')),
  currency char(3) NOT NULL,
  pay_on date NOT NULL,
  payments integer NOT NULL CHECK (payments > 0),
  total numeric(20,4) NOT NULL CHECK (total > 0),
  content bytea NOT NULL,
  digest text NOT NULL,
  made_by uuid NOT NULL CONSTRAINT payment_files_made_by REFERENCES identity.users,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT payment_files_number UNIQUE (firm_id, number)
);
CREATE INDEX payment_files_by_firm ON investments.payment_files (firm_id, made_at DESC, id DESC);
CREATE INDEX payment_files_of_distribution ON investments.payment_files (distribution_id);
CREATE TABLE investments.outgoing_payments (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  file_id uuid NOT NULL CONSTRAINT outgoing_payments_file REFERENCES investments.payment_files,
  place integer NOT NULL,
  share_id uuid NOT NULL,
  account_id uuid NOT NULL CONSTRAINT outgoing_payments_account REFERENCES people.investor_accounts,
  payment_code text NOT NULL,
  trace text NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount > 0),
  state text NOT NULL CHECK (state IN ('made', 'returned')),
  return_code text NOT NULL DEFAULT '',
  returned_at timestamptz,
  CONSTRAINT outgoing_payments_place UNIQUE (file_id, place),
  CONSTRAINT outgoing_payments_code UNIQUE (firm_id, payment_code)
);
CREATE UNIQUE INDEX outgoing_payments_once ON investments.outgoing_payments (share_id) WHERE state = 'made';
CREATE INDEX outgoing_payments_by_trace ON investments.outgoing_payments (firm_id, trace) WHERE trace <> '';
"""
# Of a payment only that it came back is ever written, of a file nothing but its seal.
KEPT = """
CREATE FUNCTION investments.keep_outgoing_payments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE progress text[] := CASE TG_TABLE_NAME WHEN 'payment_files' THEN '{content}'::text[]
  ELSE '{state,return_code,returned_at}'::text[] END;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - progress = to_jsonb(OLD) - progress THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a payment file stays as it was made' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER outgoing_payments_stay BEFORE UPDATE OR DELETE ON investments.outgoing_payments
  FOR EACH ROW EXECUTE FUNCTION investments.keep_outgoing_payments();
CREATE TRIGGER payment_files_stay BEFORE UPDATE OR DELETE ON investments.payment_files
  FOR EACH ROW EXECUTE FUNCTION investments.keep_outgoing_payments();
"""
ADD, CHANGE = "SELECT, INSERT", "SELECT, INSERT, UPDATE"
GRANTS = {
    "bank_files": ADD,
    "bank_lines": CHANGE,
    "receipts": CHANGE,
    "receipt_parts": ADD,
    "late_interests": CHANGE,
    "payment_origins": CHANGE,
    "payment_files": CHANGE,
    "outgoing_payments": CHANGE,
}


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(ARRIVING)
    op.execute(LEAVING)
    op.execute(KEPT)
    for table, rights in GRANTS.items():
        protect(f"investments.{table}", {"staff": rights, "system": rights}, {"staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
