"""Offerings for everybody invested in chosen vehicles.

Revision ID: 0060
Revises: 0059
"""

from alembic import op

from portal.platform.live_tables import replace_check
from portal.platform.row_security import FIRM, protect

revision = "0060"
down_revision = "0059"

VEHICLES = """
CREATE TABLE investments.opportunity_vehicles (
  opportunity_id uuid NOT NULL CONSTRAINT opportunity_vehicles_opportunity REFERENCES investments.opportunities,
  vehicle_id uuid NOT NULL CONSTRAINT opportunity_vehicles_vehicle REFERENCES investments.vehicles,
  firm_id uuid NOT NULL CONSTRAINT opportunity_vehicles_firm REFERENCES identity.firms,
  PRIMARY KEY (opportunity_id, vehicle_id)
);
CREATE INDEX opportunity_vehicles_by_vehicle ON investments.opportunity_vehicles (vehicle_id);
"""
# Whether an account is one that an opportunity is for. To be invested is to have a holding, as it is for documents: it
# stays once everything was paid back. It is asked anew by every statement, so that who commits sees it at once.
FOR_ACCOUNT = """CASE {opportunity}.audience WHEN 'everybody' THEN true ELSE EXISTS (
  SELECT 1 FROM investments.opportunity_accounts a
  WHERE a.opportunity_id = {opportunity}.id AND a.account_id = m.account_id
  UNION ALL
  SELECT 1 FROM investments.opportunity_vehicles v JOIN investments.holdings h ON h.vehicle_id = v.vehicle_id
  WHERE {opportunity}.audience = 'vehicle' AND v.opportunity_id = {opportunity}.id
    AND h.account_id = m.account_id) END"""
OFFERED = f"""
CREATE OR REPLACE FUNCTION investments.offered_to(person uuid) RETURNS TABLE (opportunity_id uuid, account_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT o.id, m.account_id FROM people.account_members m JOIN investments.opportunities o ON o.firm_id = m.firm_id
  WHERE m.user_id = person AND o.state IN ('open', 'closed', 'funded')
    AND (o.exemption <> '506b' OR m.granted_at < o.opened_at)
    AND {FOR_ACCOUNT.format(opportunity="o")} $$;
"""
MINE = (
    f"{FIRM} AND state IN ('open', 'closed', 'funded') AND EXISTS (SELECT FROM people.account_members m"
    " WHERE m.user_id = (SELECT platform.current_actor())"
    " AND CASE exemption WHEN '506b' THEN m.granted_at < opened_at ELSE true END"
    f" AND {FOR_ACCOUNT.format(opportunity='opportunities')})"
)
OF_MY_VEHICLES = f"{FIRM} AND vehicle_id IN (SELECT h.vehicle_id FROM investments.holdings h)"
WRITING = "SELECT, INSERT, DELETE"


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    replace_check(
        "opportunities_audience_check", "investments.opportunities", "audience IN ('everybody', 'vehicle', 'named')"
    )
    op.execute(VEHICLES)
    protect(
        "investments.opportunity_vehicles",
        {"investor": "SELECT", "staff": WRITING, "system": WRITING},
        {"investor": OF_MY_VEHICLES, "staff": FIRM, "system": FIRM},
    )
    op.execute(OFFERED)
    op.execute(f"ALTER POLICY investor ON investments.opportunities USING ({MINE}) WITH CHECK ({MINE})")
    op.execute("RESET ROLE")
