"""What the demo's vehicles are worth, told as a valuation that sets carried interest aside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import VALUATION
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.valuations.services import prepare_valuation, propose_valuation
from portal.domain.investments.valuations.values import NewValuation
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.platform.money import Money


def value_with_carry(associate: Actor, manager: Actor, vehicle_id: UUID, on: date) -> None:
    """State the value that the vehicle's history has for the day as what is left of its investments once carry is set
    aside, on what goes beyond the capital not yet returned; nothing where there is none. Inside the operation that
    founds the firm."""
    vehicle, holdings = get_vehicle(associate, vehicle_id), list_holdings(associate, as_of=on, vehicle_id=vehicle_id)
    worth = sum((each.nav for each in holdings), Decimal(0))
    unreturned = sum((each.paid_in - each.distributed for each in holdings), Decimal(0))
    gain = worth - max(unreturned, Decimal(0))
    carry = Money.rounded(gain * vehicle.terms.carry, vehicle.currency).amount
    if carry <= 0:
        return
    parts = {"investments": worth + carry, "accrued_carry": carry}
    valuation = prepare_valuation(associate, NewValuation(vehicle_id, on, parts, reason="The quarter's accounts"))
    propose_valuation(associate, valuation)
    asked = find_open_approval(manager, VALUATION.name, f"valuation:{valuation}")
    if asked is None:
        raise RuntimeError("A valuation of the demo waits for nobody.")
    decide_approval(manager, asked.id, digest=asked.digest, approves=True)
