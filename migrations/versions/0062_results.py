"""What a vehicle earned and lost, told apart from its valuations.

Revision ID: 0062
Revises: 0061
"""

from alembic import op

from portal.platform.live_tables import replace_check

revision = "0062"
down_revision = "0061"

KINDS = """kind IN ('commitment', 'call', 'release', 'contribution', 'transfer', 'fee', 'expense', 'fee_rebate',
  'investment_income', 'interest_expense', 'placement_fee', 'investment_gain', 'investment_loss',
  'distribution', 'return_of_capital', 'gain', 'dividend', 'interest', 'other_income', 'return_of_unused', 'in_kind',
  'carried_interest', 'clawback', 'valuation', 'valuation_adjustment')"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check("journals_kind_check", "investments.journals", KINDS)
    op.execute("RESET ROLE")
