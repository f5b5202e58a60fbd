"""Carry that was held back and let go.

Revision ID: 0052
Revises: 0051
"""

from alembic import op

from portal.platform.row_security import FIRM, append_only, protect

revision = "0052"
down_revision = "0051"

TABLES = """
CREATE TABLE investments.carry_releases (
  id uuid PRIMARY KEY,
  firm_id uuid NOT NULL CONSTRAINT carry_releases_firm REFERENCES identity.firms,
  vehicle_id uuid NOT NULL CONSTRAINT carry_releases_vehicle REFERENCES investments.vehicles,
  account_id uuid NOT NULL CONSTRAINT carry_releases_account REFERENCES people.investor_accounts,
  released_on date NOT NULL,
  amount numeric(20,4) NOT NULL CHECK (amount > 0),
  withheld numeric(20,4) NOT NULL CHECK (withheld BETWEEN 0 AND amount),
  reason text NOT NULL,
  asked_by uuid NOT NULL CONSTRAINT carry_releases_asked_by REFERENCES identity.users,
  approved_by uuid NOT NULL CONSTRAINT carry_releases_approved_by REFERENCES identity.users,
  approved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT carry_releases_two_people CHECK (asked_by <> approved_by)
);
CREATE INDEX carry_releases_by_vehicle ON investments.carry_releases (vehicle_id, approved_at);
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(TABLES)
    adding = {"staff": "SELECT, INSERT", "system": "SELECT, INSERT"}
    protect("investments.carry_releases", adding, {"staff": FIRM, "system": FIRM})
    append_only("investments.carry_releases")
    op.execute("RESET ROLE")
