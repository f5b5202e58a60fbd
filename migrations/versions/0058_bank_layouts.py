"""Which columns of a bank's file hold what, by the account that it is of.

Revision ID: 0058
Revises: 0057
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0058"
down_revision = "0057"

TABLES = """
CREATE TABLE investments.bank_layouts (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT bank_layouts_firm REFERENCES identity.firms,
  receiving_details_id uuid CONSTRAINT bank_layouts_account REFERENCES investments.receiving_details,
  columns jsonb NOT NULL,
  set_by uuid CONSTRAINT bank_layouts_set_by REFERENCES identity.users,
  set_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT bank_layouts_of_account UNIQUE NULLS NOT DISTINCT (firm_id, receiving_details_id)
);
CREATE INDEX bank_layouts_by_account ON investments.bank_layouts (receiving_details_id);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    writing = {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    protect("investments.bank_layouts", writing, {"staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
