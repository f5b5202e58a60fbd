"""Capital calls, what each account is called for, notices, and the bank accounts that calls are paid to.

Revision ID: 0044
Revises: 0043
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0044"
down_revision = "0043"

NOTICES = """
CREATE TABLE investments.notices (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT notices_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT notices_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL CONSTRAINT notices_vehicle REFERENCES investments.vehicles,
  subject_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('call', 'call_cancelled', 'distribution', 'distribution_cancelled')),
  number text NOT NULL,
  content jsonb NOT NULL,
  figures_digest text NOT NULL,
  issued_at timestamptz NOT NULL,
  CONSTRAINT notices_once UNIQUE (subject_id, account_id, kind)
);
CREATE INDEX notices_by_account ON investments.notices (account_id, issued_at DESC, id);
CREATE INDEX notices_by_vehicle ON investments.notices (vehicle_id);
"""
CALLS = """
CREATE TABLE investments.receiving_details (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT receiving_details_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT receiving_details_vehicle REFERENCES investments.vehicles,
  method text NOT NULL CHECK (method IN ('ach', 'iban')),
  holder text NOT NULL,
  bank text NOT NULL,
  number text NOT NULL,
  routing text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'in_force', 'replaced', 'rejected', 'withdrawn')),
  entered_by uuid NOT NULL CONSTRAINT receiving_details_entered_by REFERENCES identity.users,
  entered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX receiving_details_in_force ON investments.receiving_details (vehicle_id) WHERE state = 'in_force';
CREATE UNIQUE INDEX receiving_details_waiting ON investments.receiving_details (vehicle_id) WHERE state = 'waiting';
CREATE INDEX receiving_details_by_vehicle ON investments.receiving_details (vehicle_id, entered_at DESC);
CREATE TABLE investments.capital_calls (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT capital_calls_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT capital_calls_vehicle REFERENCES investments.vehicles,
  number integer NOT NULL CHECK (number > 0),
  currency char(3) NOT NULL,
  purpose text NOT NULL,
  due_on date NOT NULL,
  short_notice text NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'waiting', 'issued', 'settled', 'cancelled')),
  admitted_on date,
  replaces uuid CONSTRAINT capital_calls_replaces REFERENCES investments.capital_calls,
  paid_to jsonb,
  created_by uuid CONSTRAINT capital_calls_created_by REFERENCES identity.users,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  issued_on date,
  issued_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text NOT NULL DEFAULT '',
  CONSTRAINT capital_calls_number UNIQUE (vehicle_id, number),
  CONSTRAINT capital_calls_issued CHECK (state NOT IN ('issued', 'settled') OR (issued_at IS NOT NULL
    AND issued_on IS NOT NULL AND paid_to IS NOT NULL))
);
CREATE INDEX capital_calls_by_firm ON investments.capital_calls (firm_id, created_at DESC, id);
CREATE TABLE investments.call_lines (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  call_id uuid NOT NULL CONSTRAINT call_lines_call REFERENCES investments.capital_calls ON DELETE CASCADE,
  place smallint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('investment', 'fees', 'expenses', 'equalisation_interest')),
  label text NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount > 0),
  percent numeric(9,8),
  inside boolean NOT NULL,
  CONSTRAINT call_lines_place UNIQUE (call_id, place)
);
CREATE TABLE investments.call_excuses (
  call_id uuid NOT NULL CONSTRAINT call_excuses_call REFERENCES investments.capital_calls ON DELETE CASCADE,
  account_id uuid NOT NULL CONSTRAINT call_excuses_account REFERENCES people.investor_accounts,
  firm_id uuid NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (call_id, account_id)
);
CREATE TABLE investments.call_shares (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  call_id uuid NOT NULL CONSTRAINT call_shares_call REFERENCES investments.capital_calls,
  account_id uuid NOT NULL CONSTRAINT call_shares_account REFERENCES people.investor_accounts,
  vehicle_id uuid NOT NULL,
  reference text NOT NULL,
  due_on date NOT NULL,
  commitment numeric(20,4) NOT NULL,
  unfunded_before numeric(20,4) NOT NULL,
  inside numeric(20,4) NOT NULL,
  outside numeric(20,4) NOT NULL,
  amount numeric(20,4) GENERATED ALWAYS AS (inside + outside) STORED,
  paid numeric(20,4) NOT NULL DEFAULT 0,
  capped boolean NOT NULL,
  excused text,
  standing boolean NOT NULL DEFAULT true,
  issued_at timestamptz NOT NULL,
  CONSTRAINT call_shares_account_call UNIQUE (call_id, account_id),
  CONSTRAINT call_shares_paid CHECK (paid BETWEEN LEAST(inside + outside, 0) AND GREATEST(inside + outside, 0))
);
CREATE INDEX call_shares_by_account ON investments.call_shares (account_id, issued_at DESC, id);
CREATE INDEX call_shares_by_vehicle ON investments.call_shares (vehicle_id, issued_at);
CREATE INDEX call_shares_open ON investments.call_shares (firm_id, vehicle_id, due_on)
  WHERE standing AND paid < inside + outside;
CREATE TABLE investments.call_share_lines (
  share_id uuid NOT NULL CONSTRAINT call_share_lines_share REFERENCES investments.call_shares,
  place smallint NOT NULL,
  firm_id uuid NOT NULL,
  account_id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  kind text NOT NULL,
  exact numeric(40,20) NOT NULL,
  amount numeric(20,4) NOT NULL,
  carried numeric(24,20) NOT NULL,
  rounded_up boolean NOT NULL,
  PRIMARY KEY (share_id, place)
);
CREATE TABLE investments.call_payments (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL,
  share_id uuid NOT NULL CONSTRAINT call_payments_share REFERENCES investments.call_shares,
  account_id uuid NOT NULL,
  receipt_id uuid NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount <> 0),
  value_on date NOT NULL,
  recorded_by uuid,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  undone_at timestamptz
);
CREATE UNIQUE INDEX call_payments_once ON investments.call_payments (receipt_id, share_id) WHERE undone_at IS NULL;
CREATE INDEX call_payments_by_share ON investments.call_payments (share_id, value_on);
CREATE TABLE investments.call_equalisations (
  late_call_id uuid NOT NULL CONSTRAINT call_equalisations_late REFERENCES investments.capital_calls,
  call_id uuid NOT NULL CONSTRAINT call_equalisations_call REFERENCES investments.capital_calls,
  account_id uuid NOT NULL CONSTRAINT call_equalisations_account REFERENCES people.investor_accounts,
  firm_id uuid NOT NULL,
  number integer NOT NULL,
  due_on date NOT NULL,
  principal numeric(20,4) NOT NULL,
  interest numeric(20,4) NOT NULL,
  PRIMARY KEY (late_call_id, call_id, account_id)
);
CREATE INDEX call_equalisations_by_call ON investments.call_equalisations (call_id, account_id);
CREATE FUNCTION investments.my_call_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(array_agg(DISTINCT call_id), '{}') FROM investments.call_shares $$;
"""
MINE = f"{FIRM} AND account_id = ANY ((SELECT people.my_account_ids())::uuid[])"
MY_NOTICES = f"{FIRM} AND account_id = ANY ((SELECT people.my_accounts_for('notices'))::uuid[])"
MY_CALLS = f"{FIRM} AND issued_at IS NOT NULL AND id = ANY ((SELECT investments.my_call_ids())::uuid[])"
MY_LINES = f"{FIRM} AND call_id = ANY ((SELECT investments.my_call_ids())::uuid[])"
READ = {"investor": "SELECT"}
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
REMOVE = "SELECT, INSERT, UPDATE, DELETE"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(NOTICES)
    op.execute(CALLS)
    inside = {"staff": FIRM, "system": FIRM}
    for table, writing, mine in (
        ("notices", ADD, MY_NOTICES),
        ("call_shares", CHANGE, MINE),
        ("call_share_lines", ADD, MINE),
        ("call_equalisations", ADD, MINE),
        ("call_payments", CHANGE, MINE),
        ("capital_calls", CHANGE, MY_CALLS),
        ("call_lines", REMOVE, MY_LINES),
    ):
        grants = {**READ, "staff": writing, "system": writing}
        protect(f"investments.{table}", grants, {"investor": mine, **inside})
    for table, writing in (("receiving_details", CHANGE), ("call_excuses", REMOVE)):
        protect(f"investments.{table}", {"staff": writing, "system": writing}, inside)
    append_only("investments.notices")
    append_only("investments.call_share_lines")
    append_only("investments.call_equalisations")
    op.execute("RESET ROLE")
