"""Who held a vehicle in a year, and what their tax papers and consents say."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.eligibility.values import Basis
from portal.domain.investments.tax_forms.rules.choosing import is_foreign
from portal.domain.investments.tax_forms.rules.years import year_bounds
from portal.domain.investments.tax_forms.values.runs import Holder
from portal.platform import db

# Whoever came in by the end of the year, and had something or a movement from its beginning on.
HELD = """h.firm_id = %(firm)s AND h.first_on <= %(ends)s
  AND (h.last_on >= %(starts)s OR h.commitment <> 0 OR h.net_assets <> 0)"""
# The W-8 or W-9 that was confirmed last, and the last answer about forms in the portal alone.
STANDING = """
LEFT JOIN LATERAL (
  SELECT w.basis, w.expires_on FROM investments.verifications w
  WHERE w.account_id = h.account_id AND w.kind = 'tax_form' AND w.state = 'confirmed'
  ORDER BY w.decided_at DESC, w.id LIMIT 1) w ON true
LEFT JOIN LATERAL (
  SELECT c.given FROM investments.tax_consents c
  WHERE c.account_id = h.account_id ORDER BY c.at DESC, c.id DESC LIMIT 1) c ON true
"""
HOLDERS = f"""
SELECT h.account_id, a.name AS account, COALESCE(a.number, '') AS number, a.tax_residence, w.basis,
  COALESCE(c.given, false) AS consents
FROM investments.holdings h JOIN people.investor_accounts a ON a.id = h.account_id {STANDING}
WHERE {HELD} AND h.vehicle_id = %(vehicle)s ORDER BY h.first_on, h.id
"""  # noqa: S608 - our own text


def list_holders(actor: Actor, vehicle_id: UUID, tax_year: int) -> list[Holder]:
    """The accounts that held a vehicle in a year, in the order of admission, for staff and the machinery."""
    rows = db.fetch_all(HOLDERS, firm=actor.firm_id, vehicle=vehicle_id, **year_bounds(tax_year))
    return [
        Holder(
            row.account_id,
            row.account,
            row.number,
            is_foreign(Basis(row.basis) if row.basis else None, row.tax_residence),
            row.consents,
        )
        for row in rows
    ]
