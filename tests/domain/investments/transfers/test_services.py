"""An interest passes, and both accounts' books say so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import TRANSFER
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.returns.queries import get_portfolio
from portal.domain.investments.transfers.errors import CallsOpen, InterestChanged, NothingToTransfer, NotTheLast
from portal.domain.investments.transfers.queries import get_transfer, list_transfers
from portal.domain.investments.transfers.services import propose_transfer
from portal.domain.investments.transfers.values import NewTransfer, TransferState
from portal.platform.errors import Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history

HELD = [
    ("commitment", "2024-01-01", "1000"),
    ("contribution", "2024-02-01", "400"),
    ("valuation", "2024-12-31", "440"),
]
DAY = date(2025, 1, 1)


@pytest.fixture
def giver(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def taker(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Okafor Holdings", world.another_investor)


@pytest.fixture
def vehicle(world: World, giver: UUID) -> UUID:
    found = make_vehicle(world.firm_id, "Harbour Buyout I")
    post_history(world.firm_id, giver, found, HELD)
    return found


def propose(world: World, vehicle: UUID, giver: UUID, taker: UUID, share: str = "1", on: date = DAY) -> UUID:
    asked = NewTransfer(vehicle, giver, taker, Decimal(share), on, "Estate plan")
    with acting_as(world.associate.tenancy):
        return propose_transfer(world.associate, asked)


def figures(actor: Actor, vehicle: UUID) -> list[tuple[Decimal, ...]]:
    with acting_as(actor.tenancy):
        found = list_holdings(actor, as_of=date(2025, 6, 30), vehicle_id=vehicle)
    return [(each.commitment, each.unfunded, each.nav, each.transferred) for each in found]


def test_a_share_passes_once_another_approves(world: World, vehicle: UUID, giver: UUID, taker: UUID) -> None:
    found = propose(world, vehicle, giver, taker, "0.25")
    assert figures(world.manager, vehicle) == [(1000, 600, 440, 0)]
    decide(world.manager, TRANSFER, f"transfer:{found}")
    assert figures(world.manager, vehicle) == [(750, 450, 330, -110), (250, 150, 110, 110)]
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        assert list_ledger_findings(system) == []


def test_each_side_sees_it_and_not_who_the_other_is(world: World, vehicle: UUID, giver: UUID, taker: UUID) -> None:
    found = propose(world, vehicle, giver, taker)
    for person in (world.investor, world.another_investor):
        with acting_as(person.tenancy):
            assert list_transfers(person) == []
    decide(world.manager, TRANSFER, f"transfer:{found}")
    for person, names in (
        (world.investor, ("Lane Family Trust", None)),
        (world.another_investor, (None, "Okafor Holdings")),
    ):
        with acting_as(person.tenancy):
            seen = get_transfer(person, found)
        assert (seen.giver, seen.taker) == names
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        get_transfer(world.foreign_manager, found)


def test_returns_take_it_as_a_flow_at_its_value(world: World, vehicle: UUID, giver: UUID, taker: UUID) -> None:
    decide(world.manager, TRANSFER, f"transfer:{propose(world, vehicle, giver, taker)}")
    post_history(world.firm_id, taker, vehicle, [("valuation", "2026-01-01", "550")])
    with acting_as(world.manager.tenancy):
        gave, took = get_portfolio(world.manager, as_of=date(2026, 1, 1), vehicle_id=vehicle).holdings
    assert (gave.figures.tvpi, took.figures.tvpi) == (Decimal("1.1"), Decimal("1.25"))
    assert took.figures.irr == Decimal("0.25")
    assert [flow.amount for flow in gave.figures.flows] == [-400, 440]


def test_what_changes_meanwhile_stops_it(world: World, vehicle: UUID, giver: UUID, taker: UUID) -> None:
    found = propose(world, vehicle, giver, taker)
    post_history(world.firm_id, giver, vehicle, [("gain", "2024-12-31", "10")])
    post_history(world.firm_id, giver, vehicle, [("valuation", "2025-01-01", "430")])
    with pytest.raises(InterestChanged):
        decide(world.manager, TRANSFER, f"transfer:{found}")


def test_a_refusal_ends_it(world: World, vehicle: UUID, giver: UUID, taker: UUID) -> None:
    found = propose(world, vehicle, giver, taker)
    decide(world.manager, TRANSFER, f"transfer:{found}", approves=False, comment="No paper")
    with acting_as(world.manager.tenancy):
        assert get_transfer(world.manager, found).state is TransferState.REFUSED
    assert figures(world.manager, vehicle) == [(1000, 600, 440, 0)]


def test_what_cannot_pass_is_refused(world: World, vehicle: UUID, giver: UUID, taker: UUID) -> None:
    with pytest.raises(NothingToTransfer):
        propose(world, vehicle, taker, giver)
    with pytest.raises(NotTheLast):
        propose(world, vehicle, giver, taker, on=date(2024, 12, 30))
    with pytest.raises(Invalid) as refused:
        propose(world, vehicle, giver, giver, "1.5")
    assert set(refused.value.fields) == {"share", "taker"}
    post_history(world.firm_id, giver, vehicle, [("call", "2025-01-01", "100")])
    with pytest.raises(CallsOpen):
        propose(world, vehicle, giver, taker)
