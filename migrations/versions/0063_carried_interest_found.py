"""An index of the few entries that are carried interest, so that returns find what to leave out.

Revision ID: 0063
Revises: 0062
"""

from alembic import op

from portal.platform.live_tables import add_index

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    add_index(
        "journals_of_carry", "investments.journals",
        "(holding_id, effective_on) WHERE kind IN ('carried_interest', 'clawback')",
    )  # fmt: skip
    op.execute("RESET ROLE")
