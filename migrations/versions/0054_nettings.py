"""Distributions that net an open call: which call, how much of each share, and what was paid by it; and which columns
of a bank's file hold what, by the account that it is of.

Revision ID: 0054
Revises: 0053
"""

from alembic import op

from portal.platform.live_tables import add_index, replace_check
from portal.platform.row_security import FIRM, protect

revision = "0054"
down_revision = "0053"

COLUMNS = """
ALTER TABLE investments.distributions
  ADD COLUMN IF NOT EXISTS nets_call_id uuid
    CONSTRAINT distributions_nets_call REFERENCES investments.capital_calls,
  ADD COLUMN IF NOT EXISTS netted numeric(20,4) NOT NULL DEFAULT 0;
ALTER TABLE investments.distribution_shares ADD COLUMN IF NOT EXISTS netted numeric(20,4) NOT NULL DEFAULT 0;
ALTER TABLE investments.call_payments
  ADD COLUMN IF NOT EXISTS distribution_id uuid
    CONSTRAINT call_payments_distribution REFERENCES investments.distributions;
"""

LAYOUTS = """
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
    op.execute(COLUMNS)
    replace_check(
        "distribution_shares_netted", "investments.distribution_shares", "netted BETWEEN 0 AND GREATEST(net, 0)"
    )
    add_index(
        "distributions_by_netted_call", "investments.distributions", "(nets_call_id) WHERE nets_call_id IS NOT NULL"
    )
    # An account's share of a call is netted by a distribution once, whoever approves it at the same moment.
    add_index(
        "call_payments_netted_once",
        "investments.call_payments",
        "(distribution_id, share_id) WHERE distribution_id IS NOT NULL AND undone_at IS NULL",
        unique=True,
    )
    op.execute(LAYOUTS)
    writing = {"staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    protect("investments.bank_layouts", writing, {"staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
