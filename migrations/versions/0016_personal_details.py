"""Tax numbers, dates of birth, postal addresses and bank details, sealed under the key of whom they are about.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0016"
down_revision = "0015"

ABOUT_ME = f"{FIRM} AND subject_id = ANY ((SELECT people.my_subject_ids())::uuid[])"
MY_ACCOUNTS = f"{FIRM} AND account_id = ANY ((SELECT people.my_account_ids())::uuid[])"

TABLES = """
CREATE TABLE people.profiles (
  subject_id uuid PRIMARY KEY CONSTRAINT profiles_subject REFERENCES identity.subject_keys,
  firm_id uuid NOT NULL CONSTRAINT profiles_firm REFERENCES identity.firms,
  details bytea NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by uuid
);
CREATE TABLE people.payment_instructions (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT payment_instructions_firm REFERENCES identity.firms,
  account_id uuid NOT NULL CONSTRAINT payment_instructions_account REFERENCES people.investor_accounts,
  method text NOT NULL CHECK (method IN ('ach', 'iban')),
  details bytea NOT NULL,
  escalated_for text[] NOT NULL,
  entered_by uuid NOT NULL CONSTRAINT payment_instructions_entered_by REFERENCES identity.users,
  entered_at timestamptz NOT NULL,
  hold_until timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'approved', 'in_force', 'replaced', 'rejected', 'withdrawn')),
  CONSTRAINT payment_instructions_in_account UNIQUE (id, account_id, firm_id)
);
CREATE UNIQUE INDEX payment_instructions_in_force ON people.payment_instructions (account_id) WHERE state = 'in_force';
CREATE UNIQUE INDEX payment_instructions_pending ON people.payment_instructions (account_id)
  WHERE state IN ('waiting', 'approved');
CREATE INDEX payment_instructions_by_account ON people.payment_instructions (account_id, entered_at DESC);
CREATE TABLE people.payment_instruction_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  firm_id uuid NOT NULL,
  account_id uuid NOT NULL,
  instruction_id uuid NOT NULL,
  state text NOT NULL,
  at timestamptz NOT NULL,
  by_user uuid,
  reason text NOT NULL,
  CONSTRAINT payment_instruction_events_instruction FOREIGN KEY (instruction_id, account_id, firm_id)
    REFERENCES people.payment_instructions (id, account_id, firm_id)
);
CREATE INDEX payment_instruction_events_by_instruction ON people.payment_instruction_events (instruction_id, id);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    writing = "SELECT, INSERT, UPDATE"
    protect(
        "people.profiles",
        {"investor": writing, "staff": writing, "system": writing},
        {"investor": ABOUT_ME, "staff": FIRM, "system": FIRM},
    )
    # Of an instruction only its state ever changes; what was entered is what was approved.
    protect(
        "people.payment_instructions",
        {"investor": "SELECT", "staff": "SELECT, UPDATE (state)", "system": "SELECT, INSERT, UPDATE (state)"},
        {"investor": MY_ACCOUNTS, "staff": FIRM, "system": FIRM},
    )
    protect(
        "people.payment_instruction_events",
        {"investor": "SELECT", "staff": "SELECT, INSERT", "system": "SELECT, INSERT"},
        {"investor": MY_ACCOUNTS, "staff": FIRM, "system": FIRM},
    )
    append_only("people.payment_instruction_events")
    op.execute("RESET ROLE")
