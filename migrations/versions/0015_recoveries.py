"""Lost second factors: their removal, once two people approved it and the wait is over.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

from portal.platform.row_security import EVERY_FIRM, FIRM, protect

revision = "0015"
down_revision = "0014"

OWN = f"{FIRM} AND user_id = (SELECT platform.current_actor())"

TABLES = """
CREATE TABLE identity.recoveries (
  id uuid PRIMARY KEY CONSTRAINT recoveries_approval REFERENCES identity.approvals,
  firm_id uuid NOT NULL CONSTRAINT recoveries_firm REFERENCES identity.firms,
  user_id uuid NOT NULL CONSTRAINT recoveries_user REFERENCES identity.users,
  token_hash bytea NOT NULL CONSTRAINT recoveries_token UNIQUE,
  begun_at timestamptz NOT NULL,
  due_at timestamptz,
  ended text CHECK (ended IN ('stopped', 'done')),
  ended_at timestamptz
);
CREATE INDEX recoveries_by_user ON identity.recoveries (user_id, begun_at DESC);
CREATE UNIQUE INDEX recoveries_waiting ON identity.recoveries (user_id) WHERE due_at IS NOT NULL AND ended IS NULL;
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    protect(
        "identity.recoveries",
        {"investor": "SELECT", "staff": "SELECT, UPDATE", "system": "SELECT, INSERT, UPDATE", "gate": "SELECT"},
        {"investor": OWN, "staff": FIRM, "system": FIRM, "gate": EVERY_FIRM},
    )
    op.execute("RESET ROLE")
