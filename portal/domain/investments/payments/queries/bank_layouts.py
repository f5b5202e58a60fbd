"""Which columns of bank files hold what, and the accounts that they may be of: staff alone."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.payments.values.bank_lines import Layout
from portal.platform import db

LAYOUT = """
SELECT columns FROM investments.bank_layouts
WHERE firm_id = %(firm)s AND receiving_details_id IS NOT DISTINCT FROM %(account)s
"""
ACCOUNTS = """
SELECT r.id, v.name AS vehicle, r.bank, r.number FROM investments.receiving_details r
JOIN investments.vehicles v ON v.id = r.vehicle_id
WHERE r.firm_id = %(firm)s AND r.state = 'in_force' AND v.name || ': ' || r.bank ILIKE %(like)s
ORDER BY v.name, r.id LIMIT %(most)s
"""


def find_bank_layout(actor: Actor, account_id: UUID | None) -> Layout | None:
    """What somebody said of the columns of an account's files, or of those of no known one; None where nobody did."""
    found: Layout | None = db.fetch_value(LAYOUT, firm=actor.firm_id, account=account_id)
    return found


def list_bank_accounts(actor: Actor, *, search: str = "", most: int = 50) -> list[tuple[UUID, str]]:
    """The accounts in force that calls are paid to, by vehicle, each with its name: the vehicle, the bank and the last
    four digits; `search` is looked for in vehicle and bank."""
    rows = db.fetch_all(ACCOUNTS, firm=actor.firm_id, like=db.containing(search), most=most)
    return [(row.id, f"{row.vehicle}: {row.bank}, … {row.number[-4:]}") for row in rows]
