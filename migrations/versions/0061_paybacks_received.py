"""What comes in of carry that is paid back: how much of it, as what a payment pays, and notices of its own.

Revision ID: 0061
Revises: 0060
"""

from alembic import op

from portal.platform.live_tables import add_index, replace_check

revision = "0061"
down_revision = "0060"

RECEIVED = """
ALTER TABLE investments.distribution_shares ADD COLUMN IF NOT EXISTS received numeric(20,4) NOT NULL DEFAULT 0
"""
# An approved share stays as it was approved but for where its money is, and what came in of it.
FROZEN = """
CREATE OR REPLACE FUNCTION investments.keep_share_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving CONSTANT text[] := '{state,received}';
BEGIN
  IF TG_OP = 'DELETE' AND NOT OLD.issued THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND (NOT OLD.issued OR to_jsonb(NEW) - moving = to_jsonb(OLD) - moving) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an approved share of a distribution stays as it was approved' USING ERRCODE = '23001';
END $$;
"""
KINDS = """kind IN ('call', 'call_cancelled', 'distribution', 'distribution_cancelled', 'payback',
  'payback_cancelled')"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(RECEIVED)
    op.execute(FROZEN)
    replace_check(
        "distribution_shares_received",
        "investments.distribution_shares",
        "received BETWEEN 0 AND GREATEST(-net, 0)",
    )
    add_index("distribution_shares_owed", "investments.distribution_shares", "(firm_id) WHERE net < 0")
    replace_check(
        "receipt_parts_kind_check", "investments.receipt_parts", "kind IN ('call', 'late_interest', 'payback')"
    )
    replace_check("notices_kind_check", "investments.notices", KINDS)
    op.execute("RESET ROLE")
