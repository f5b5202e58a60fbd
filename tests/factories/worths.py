"""A vehicle held by two investors that was valued, charged a fee, and of which an interest passed, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import FEE_CHARGE, TRANSFER, VALUATION
from portal.domain.investments.fees.services import prepare_fee, propose_fee
from portal.domain.investments.fees.values import NewFeeCharge
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer
from portal.domain.investments.valuations.services import prepare_valuation, propose_valuation
from portal.domain.investments.valuations.values import NewValuation
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.fees import FEE_TERMS
from tests.factories.investments import make_account, make_vehicle, post_history

DAY = date(2024, 12, 31)


@dataclass(frozen=True, slots=True)
class Worths:
    """The vehicle, the account of each investor in it, and what may be done to it by the world's staff."""

    world: World
    vehicle: UUID
    lane: UUID
    ortiz: UUID

    def value(self, *, posted: bool = True, amount: int = 44_000) -> UUID:
        """A valuation at the end of 2024, by two people or a draft; its id."""
        maker = self.world.associate
        if posted:
            return value_vehicle(maker, self.world.manager, self.vehicle, DAY, Decimal(amount))
        with acting_as(maker.tenancy):
            return prepare_valuation(maker, _worth(self.vehicle, DAY, Decimal(amount)))

    def charge(self, *, posted: bool = True, first: date = date(2024, 10, 1), last: date = DAY) -> UUID:
        """The fee of these days, by two people or a draft; its id."""
        maker = self.world.associate
        with acting_as(maker.tenancy):
            found = prepare_fee(maker, NewFeeCharge(self.vehicle, first, last, last))
            if posted:
                propose_fee(maker, found, reason="The quarter is over")
        if posted:
            decide(self.world.manager, FEE_CHARGE, f"fee_charge:{found}")
        return found

    def transfer(self, *, posted: bool = True) -> UUID:
        """A quarter of the first account's interest passes to the other, or waits; its id."""
        maker = self.world.associate
        with acting_as(maker.tenancy):
            asked = NewTransfer(self.vehicle, self.lane, self.ortiz, Decimal("0.25"), date(2025, 1, 1), "Estate")
            found = propose_transfer(maker, asked)
        if posted:
            decide(self.world.manager, TRANSFER, f"transfer:{found}")
        return found


def make_worths(world: World, name: str = "Harbour Buyout I") -> Worths:
    """A vehicle to which Ada Lane's account paid in 30,000 and another investor's 10,000."""
    vehicle, accounts = make_vehicle(world.firm_id, name, terms=FEE_TERMS), []
    for person, called, paid in (
        (world.investor, "Lane Family Trust", "30000"),
        (world.another_investor, "Ortiz Holdings", "10000"),
    ):
        account = make_account(world.firm_id, f"{called} in {name}", person)
        history = [("commitment", "2024-01-01", "100000"), ("contribution", "2024-02-01", paid)]
        post_history(world.firm_id, account, vehicle, history)
        accounts.append(account)
    return Worths(world, vehicle, *accounts)


def value_vehicle(
    maker: Actor, approver: Actor, vehicle: UUID, on: date, amount: Decimal, *, accrued: Decimal = Decimal(0)
) -> UUID:
    """A valuation by two people, posted, which comes to `amount` after the carry that it sets aside; its id."""
    with acting_as(maker.tenancy):
        found = prepare_valuation(maker, _worth(vehicle, on, amount, accrued))
        propose_valuation(maker, found)
    decide(approver, VALUATION, f"valuation:{found}")
    return found


def _worth(vehicle: UUID, on: date, amount: Decimal, accrued: Decimal = Decimal(0)) -> NewValuation:
    parts = {"investments": amount + accrued, **({"accrued_carry": accrued} if accrued else {})}
    return NewValuation(vehicle, on, parts, reason="Audited")
