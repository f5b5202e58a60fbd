"""The fund beside the accounts of a statement run, and the spreadsheets that were made of statements.

Revision ID: 0057
Revises: 0056
"""

from alembic import op

from portal.platform.live_tables import add_index, replace_check
from portal.platform.row_security import FIRM, append_only, protect

revision = "0057"
down_revision = "0056"

# `fund_journals` is how many journals of the vehicle the fund's columns were read from: one more, and they are of
# another moment than the ledger. Runs that were started before have neither.
RUNS = """
ALTER TABLE investments.statement_runs ADD COLUMN IF NOT EXISTS fund jsonb,
  ADD COLUMN IF NOT EXISTS fund_journals bigint
"""
TOGETHER = "(fund IS NULL) = (fund_journals IS NULL)"
SHEETS = """
CREATE TABLE investments.statement_sheets (
  statement_id uuid NOT NULL CONSTRAINT statement_sheets_statement REFERENCES investments.statements,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  firm_id uuid NOT NULL CONSTRAINT statement_sheets_firm REFERENCES identity.firms,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (statement_id, digest)
);
CREATE INDEX statement_sheets_by_digest ON investments.statement_sheets (firm_id, digest);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    add_index(
        "statements_by_figures",
        "investments.statements",
        "(firm_id, figures_digest) WHERE state IN ('published', 'superseded')",
    )
    op.execute(RUNS)
    replace_check("statement_runs_fund", "investments.statement_runs", TOGETHER)
    op.execute(SHEETS)
    protect("investments.statement_sheets", {"system": "SELECT, INSERT"}, {"system": FIRM})
    append_only("investments.statement_sheets")
    op.execute("RESET ROLE")
