"""Reading to which bank account a vehicle is paid."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.investments.notices.values import BankAccount
from portal.platform import db

PAID_TO = """
SELECT r.method, r.holder, r.bank, r.number, r.routing FROM investments.receiving_details r
WHERE r.firm_id = %(firm)s AND r.vehicle_id = %(vehicle)s AND r.state = 'in_force'
"""


def find_bank_account(actor: Actor, vehicle_id: UUID) -> BankAccount | None:
    """The bank account that a vehicle's calls are paid to now, and what is paid back to it, in the firm's tenancy; None
    where there is none."""
    row = db.fetch_one(PAID_TO, firm=actor.firm_id, vehicle=vehicle_id)
    return None if row is None else BankAccount(*row)
