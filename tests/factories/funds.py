"""A vehicle with two partners and the general partner, for tests of what it pays out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.vehicles.values import Compounding, Terms
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history


@dataclass(frozen=True)
class Fund:
    """Who holds the vehicle, and who decides."""

    vehicle: UUID
    lane: UUID
    ortiz: UUID
    carry: UUID
    maker: Actor
    approvers: tuple[Actor, Actor]

    def history(self, *lines: tuple[str, str, str], account: UUID | None = None) -> None:
        """Post what happened to an account, the first partner's where none is named."""
        post_history(self.maker.firm_id, account or self.lane, self.vehicle, lines)


def make_fund(world: World, lane: str = "Lane Trust") -> Fund:
    """8 % simple, full catch-up, 20 % carry."""
    firm = world.firm_id
    carry = make_account(firm, "Harbour GP")
    terms = Terms(
        Decimal("0.08"), Compounding.SIMPLE, carry=Decimal("0.2"), catch_up=Decimal(1), carry_account_id=carry
    )
    second = make_user(firm, "second.manager@example.com", Role.MANAGER)
    return Fund(
        make_vehicle(firm, "Harbour I", terms=terms),
        make_account(firm, lane, world.investor),
        make_account(firm, "Ortiz Trust", world.another_investor),
        carry,
        world.associate,
        (world.manager, second),
    )
