"""Carry paid back, and carry let go, as distributions; the entry that a payback makes.

Revision ID: 0059
Revises: 0058
"""

from alembic import op

from portal.platform.live_tables import replace_check

revision = "0059"
down_revision = "0058"

KINDS = """kind IN ('commitment', 'call', 'release', 'contribution', 'transfer', 'fee', 'expense', 'fee_rebate',
  'distribution', 'return_of_capital', 'gain', 'dividend', 'interest', 'other_income', 'return_of_unused', 'in_kind',
  'carried_interest', 'clawback', 'valuation', 'valuation_adjustment')"""
METHODS = "method IN ('waterfall', 'paid_in', 'commitment', 'release', 'clawback')"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check("journals_kind_check", "investments.journals", KINDS)
    replace_check("distributions_method_check", "investments.distributions", METHODS)
    op.execute("RESET ROLE")
