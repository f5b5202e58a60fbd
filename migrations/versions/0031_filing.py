"""Filing: accounts found by number and tax number, what documents say, whom they name, and batches of files.

Revision ID: 0031
Revises: 0030
"""

from alembic import op

from portal.platform.live_tables import add_index
from portal.platform.row_security import FIRM, protect

revision = "0031"
down_revision = "0030"

PEOPLE = """
ALTER TABLE people.investor_accounts ADD COLUMN IF NOT EXISTS number text;
ALTER TABLE people.profiles ADD COLUMN IF NOT EXISTS tax_index bytea;
"""
# What a version says is sealed: it is compared anew with whom the firm knows each time it is to be published.
TABLES = """
CREATE TABLE documents.texts (
  version_id uuid PRIMARY KEY CONSTRAINT texts_version REFERENCES documents.versions ON DELETE CASCADE,
  firm_id uuid NOT NULL CONSTRAINT texts_firm REFERENCES identity.firms,
  sealed bytea NOT NULL,
  pages integer NOT NULL,
  unread integer NOT NULL,
  read_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE documents.clearings (
  version_id uuid NOT NULL CONSTRAINT clearings_version REFERENCES documents.versions ON DELETE CASCADE,
  subject_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('name', 'tax_number', 'email')),
  firm_id uuid NOT NULL CONSTRAINT clearings_firm REFERENCES identity.firms,
  cleared_by uuid NOT NULL CONSTRAINT clearings_cleared_by REFERENCES identity.users,
  cleared_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL CHECK (reason <> ''),
  PRIMARY KEY (version_id, subject_id, kind)
);
CREATE TABLE documents.batches (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT batches_firm REFERENCES identity.firms,
  state text NOT NULL CHECK (state IN ('receiving', 'reading', 'review', 'filing', 'filed', 'failed')),
  kind text NOT NULL CHECK (kind IN ('zip', 'pdf')),
  name text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  type text NOT NULL,
  period text NOT NULL,
  vehicle_id uuid CONSTRAINT batches_vehicle REFERENCES investments.vehicles,
  title text NOT NULL CHECK (title <> ''),
  pages integer,
  problem text,
  created_by uuid NOT NULL CONSTRAINT batches_created_by REFERENCES identity.users,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  confirmed_by uuid,
  publish boolean NOT NULL DEFAULT false
);
CREATE INDEX batches_by_firm ON documents.batches (firm_id, created_at DESC, id DESC);
CREATE TABLE documents.batch_parts (
  batch_id uuid NOT NULL CONSTRAINT batch_parts_batch REFERENCES documents.batches ON DELETE CASCADE,
  number integer NOT NULL CHECK (number >= 0),
  firm_id uuid NOT NULL CONSTRAINT batch_parts_firm REFERENCES identity.firms,
  file_key text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  digest text NOT NULL,
  PRIMARY KEY (batch_id, number)
);
CREATE TABLE documents.pieces (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT pieces_firm REFERENCES identity.firms,
  batch_id uuid NOT NULL CONSTRAINT pieces_batch REFERENCES documents.batches ON DELETE CASCADE,
  first integer NOT NULL CHECK (first > 0),
  last integer NOT NULL,
  name text NOT NULL,
  account_id uuid CONSTRAINT pieces_account REFERENCES people.investor_accounts,
  confidence smallint CHECK (confidence BETWEEN 0 AND 100),
  evidence jsonb NOT NULL DEFAULT '[]',
  chosen_by uuid,
  left_out boolean NOT NULL DEFAULT false,
  document_id uuid CONSTRAINT pieces_document REFERENCES documents.documents ON DELETE SET NULL,
  problem text,
  CONSTRAINT pieces_place UNIQUE (batch_id, first),
  CONSTRAINT pieces_range CHECK (last >= first)
);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(PEOPLE)
    add_index("investor_accounts_by_number", "people.investor_accounts", "(firm_id, number)", unique=True)
    add_index("profiles_by_tax_number", "people.profiles", "(firm_id, tax_index)")
    op.execute(TABLES)
    everything = "SELECT, INSERT, UPDATE, DELETE"
    for table in ("texts", "clearings", "batches", "batch_parts", "pieces"):
        protect(f"documents.{table}", {"staff": everything, "system": everything}, {"staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
