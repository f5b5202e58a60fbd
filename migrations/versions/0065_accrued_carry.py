"""Each account's part of the carried interest that a valuation sets aside.

Revision ID: 0065
Revises: 0064
"""

from alembic import op
from sqlalchemy import text

from portal.platform.live_tables import add_index, open_to_owner
from portal.platform.money import minor_places

revision = "0065"
down_revision = "0064"

SHARES = "investments.valuation_shares"
CURRENCIES = """
SELECT DISTINCT f.currency FROM investments.valuations v JOIN investments.vehicles f ON f.id = v.vehicle_id
WHERE v.components ? 'accrued_carry'
"""
# By largest remainder, ties to the earliest admitted, in whole units of the currency: as the value itself is divided.
DIVIDE = f"""
UPDATE {SHARES} s SET accrued_carry = round(
  (p.quota + CASE WHEN p.place <= p.units - p.given THEN 1 ELSE 0 END) / (10::numeric ^ :places), 4)
FROM (
  SELECT q.*, sum(q.quota) OVER (PARTITION BY q.valuation_id) AS given, row_number() OVER (
    PARTITION BY q.valuation_id ORDER BY q.rest DESC, q.first_on NULLS LAST, q.holding_id) AS place
  FROM (
    SELECT s.valuation_id, s.account_id, h.first_on, h.id AS holding_id, v.units,
      div(v.units * s.weight, v.total_weight) AS quota, mod(v.units * s.weight, v.total_weight) AS rest
    FROM (
      SELECT v.id, v.vehicle_id, v.total_weight,
        (v.components ->> 'accrued_carry')::numeric * (10::numeric ^ :places) AS units
      FROM investments.valuations v JOIN investments.vehicles f ON f.id = v.vehicle_id
      WHERE f.currency = :currency AND v.components ? 'accrued_carry' AND v.total_weight > 0) v
    JOIN {SHARES} s ON s.valuation_id = v.id
    JOIN investments.holdings h ON h.vehicle_id = v.vehicle_id AND h.account_id = s.account_id) q) p
WHERE s.valuation_id = p.valuation_id AND s.account_id = p.account_id
"""


def upgrade() -> None:
    op.execute("SET ROLE portal_owner")
    op.execute(f"ALTER TABLE {SHARES} ADD COLUMN IF NOT EXISTS accrued_carry numeric(20,4) NOT NULL DEFAULT 0")
    with open_to_owner("investments.valuations", "investments.vehicles", "investments.holdings", SHARES):
        op.execute(f"ALTER TABLE {SHARES} DISABLE TRIGGER valuation_shares_never_changed")
        for (currency,) in op.get_bind().execute(text(CURRENCIES)).fetchall():
            op.execute(text(DIVIDE).bindparams(currency=currency, places=minor_places(currency)))
        op.execute(f"ALTER TABLE {SHARES} ENABLE TRIGGER valuation_shares_never_changed")
    add_index("transfers_by_vehicle", "investments.transfers", "(vehicle_id, effective_on)")
    op.execute("RESET ROLE")
