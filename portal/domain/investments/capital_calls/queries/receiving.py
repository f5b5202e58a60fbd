"""Reading the bank accounts that calls are paid to."""

from __future__ import annotations

from uuid import UUID

from portal.domain.identity.access.policies import require
from portal.domain.identity.access.values import Actor, Permission
from portal.domain.investments.capital_calls.values.calls import ReceivingDetails, ReceivingState
from portal.domain.investments.notices.values import BankAccount
from portal.platform import db
from portal.platform.errors import NotFound

SELECT = """
SELECT r.id, r.vehicle_id, v.name AS vehicle, r.method, r.holder, r.bank, r.number, r.routing, r.state,
  u.name AS entered_by, r.entered_at
FROM investments.receiving_details r JOIN investments.vehicles v ON v.id = r.vehicle_id
JOIN identity.users u ON u.id = r.entered_by
WHERE r.firm_id = %(firm)s
"""


def _details(row: db.AnyRow) -> ReceivingDetails:
    account = BankAccount(row.method, row.holder, row.bank, row.number, row.routing)
    return ReceivingDetails(
        row.id, row.vehicle_id, row.vehicle, account, ReceivingState(row.state), row.entered_by, row.entered_at
    )


def list_receiving_details(actor: Actor, vehicle_id: UUID) -> list[ReceivingDetails]:
    """The bank accounts that calls of a vehicle are paid to, were or are to be, the newest first."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    statement = f"{SELECT} AND r.vehicle_id = %(vehicle)s ORDER BY r.entered_at DESC, r.id"
    return [_details(row) for row in db.fetch_all(statement, firm=actor.firm_id, vehicle=vehicle_id)]


def get_receiving_details(actor: Actor, details_id: UUID) -> ReceivingDetails:
    """One of them; NotFound where there is none in the firm."""
    require(actor, Permission.SEE_ALL_PORTFOLIOS)
    row = db.fetch_one(f"{SELECT} AND r.id = %(id)s", firm=actor.firm_id, id=details_id)
    if row is None:
        raise NotFound
    return _details(row)


def find_receiving_account(actor: Actor, vehicle_id: UUID) -> BankAccount | None:
    """The bank account that calls of a vehicle are paid to now, or None."""
    found = [each for each in list_receiving_details(actor, vehicle_id) if each.state is ReceivingState.IN_FORCE]
    return found[0].account if found else None
