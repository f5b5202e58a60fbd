"""Management fees that were charged, for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.domain.identity.approvals.values import FEE_CHARGE
from portal.domain.investments.fees.services import prepare_fee, propose_fee
from portal.domain.investments.fees.values import NewFeeCharge, PaidFrom
from portal.domain.investments.vehicles.values import DayCount, FeeBasis, Terms
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide

FEE_TERMS = Terms(management_fee=Decimal("0.02"), day_count=DayCount.THIRTY_360, fee_basis=FeeBasis.COMMITMENT)


def charge_fee(world: World, vehicle_id: UUID, starts_on: date, ends_on: date, **more: Any) -> UUID:
    """A fee of these days by the vehicle's terms that the next call is to take in, approved and posted."""
    with acting_as(world.associate.tenancy):
        given = NewFeeCharge(vehicle_id, starts_on, ends_on, starts_on, PaidFrom.CALL, **more)
        found = prepare_fee(world.associate, given)
        propose_fee(world.associate, found, reason="The quarter is over")
    decide(world.manager, FEE_CHARGE, f"fee_charge:{found}")
    return found
