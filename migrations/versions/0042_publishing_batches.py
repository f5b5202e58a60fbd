"""The drafts of a batch are published together, once somebody has looked through them.

Revision ID: 0042
Revises: 0041
"""

from alembic import op

from portal.platform.live_tables import replace_check

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check(
        "batches_state_check",
        "documents.batches",
        "state IN ('receiving', 'reading', 'review', 'filing', 'filed', 'publishing', 'failed')",
    )
    op.execute("RESET ROLE")
