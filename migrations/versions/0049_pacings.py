"""How vehicles are expected to call, grow and pay out.

Revision ID: 0049
Revises: 0048
"""

from alembic import op

from portal.platform.row_security import FIRM, protect

revision = "0049"
down_revision = "0048"

PACINGS = """
CREATE TABLE investments.pacings (
  vehicle_id uuid PRIMARY KEY CONSTRAINT pacings_vehicle REFERENCES investments.vehicles (id),
  firm_id uuid NOT NULL CONSTRAINT pacings_firm REFERENCES identity.firms (id),
  contributions numeric(7,6)[] NOT NULL CHECK (cardinality(contributions) > 0),
  life smallint NOT NULL CHECK (life > 0),
  bow numeric(6,4) NOT NULL CHECK (bow > 0),
  growth numeric(7,6) NOT NULL,
  least_yield numeric(7,6) NOT NULL,
  begins_on date,
  changed_at timestamptz NOT NULL DEFAULT now()
);
"""
MY_VEHICLES = f"{FIRM} AND vehicle_id = ANY ((SELECT investments.my_vehicle_ids())::uuid[])"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(PACINGS)
    writing = {"investor": "SELECT", "staff": "SELECT, INSERT, UPDATE", "system": "SELECT, INSERT, UPDATE"}
    protect("investments.pacings", writing, {"investor": MY_VEHICLES, "staff": FIRM, "system": FIRM})
    op.execute("RESET ROLE")
