"""A fee from draft to ledger and back, and into one call only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.values import FEE_CHARGE
from portal.domain.investments.fees.errors import FeeCalled, FeeChanged, NothingToCharge, PeriodCharged
from portal.domain.investments.fees.queries import get_fee_charge, list_fee_shares, list_fees_to_call
from portal.domain.investments.fees.services import (
    let_go_of_call,
    prepare_fee,
    propose_fee,
    propose_fee_undoing,
    take_into_call,
)
from portal.domain.investments.fees.values import NewFeeCharge, PaidFrom
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.vehicles.values import DayCount, FeeBasis, Terms
from portal.platform.errors import Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history

Q1 = (date(2025, 1, 1), date(2025, 3, 31), date(2025, 1, 1))
TERMS = Terms(management_fee=Decimal("0.02"), day_count=DayCount.THIRTY_360, fee_basis=FeeBasis.INVESTED)
HELD = [
    ("commitment", "2024-01-01", "2000000"),
    ("contribution", "2024-02-01", "1000000"),
    ("return_of_capital", "2024-12-01", "200000"),
    ("gain", "2024-12-01", "50000"),
]


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


@pytest.fixture
def vehicle(world: World, account: UUID) -> UUID:
    found = make_vehicle(world.firm_id, "Harbour Buyout I", terms=TERMS)
    post_history(world.firm_id, account, found, HELD)
    return found


def charge(world: World, vehicle: UUID, paid_from: PaidFrom = PaidFrom.CAPITAL, **more: object) -> UUID:
    with acting_as(world.associate.tenancy):
        found = prepare_fee(world.associate, NewFeeCharge(vehicle, *Q1, paid_from, **more))  # type: ignore[arg-type]
        propose_fee(world.associate, found, reason="First quarter")
    decide(world.manager, FEE_CHARGE, f"fee_charge:{found}")
    return found


def fees(actor: Actor, vehicle: UUID) -> Decimal:
    with acting_as(actor.tenancy):
        (held,) = list_holdings(actor, as_of=date(2025, 12, 31), vehicle_id=vehicle)
        return held.fees


def test_capital_that_came_back_meanwhile_stops_the_fee_that_was_worked_out_without_it(
    world: World, vehicle: UUID, account: UUID
) -> None:
    with acting_as(world.associate.tenancy):
        found = prepare_fee(world.associate, NewFeeCharge(vehicle, *Q1, PaidFrom.CAPITAL))
        propose_fee(world.associate, found, reason="First quarter")
    post_history(world.firm_id, account, vehicle, [("return_of_capital", "2024-12-15", "400000")])
    with pytest.raises(FeeChanged):
        decide(world.manager, FEE_CHARGE, f"fee_charge:{found}")
    assert fees(world.manager, vehicle) == 0


def test_invested_capital_bears_the_fee_less_offsets_and_rebates(world: World, vehicle: UUID, account: UUID) -> None:
    found = charge(world, vehicle, offsets=Decimal(500), rebates={account: Decimal(100)})
    assert fees(world.investor, vehicle) == 3400  # 800,000 × 2 % × 90/360 − 500 − 100
    with acting_as(world.investor.tenancy):
        (mine,) = list_fee_shares(world.investor, found)
        told = get_fee_charge(world.investor, found)
    assert (mine.share.basis, mine.share.fee, mine.share.net) == (800_000, 4000, 3400)
    assert (told.days, told.year_days, told.net) == (90, 360, 3400)
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        assert list_ledger_findings(system) == []


def test_a_day_is_charged_once(world: World, vehicle: UUID) -> None:
    found = charge(world, vehicle)
    overlapping = NewFeeCharge(vehicle, date(2025, 3, 31), date(2025, 6, 30), date(2025, 3, 31))
    with acting_as(world.associate.tenancy):
        with pytest.raises(PeriodCharged):
            prepare_fee(world.associate, overlapping)
        propose_fee_undoing(world.associate, found, reason="Wrong rate")
    decide(world.manager, FEE_CHARGE, f"fee_charge:{found}")
    assert fees(world.manager, vehicle) == 0
    with acting_as(world.associate.tenancy):
        assert prepare_fee(world.associate, overlapping)


def test_a_fee_is_in_one_call_at_the_most(world: World, vehicle: UUID) -> None:
    found, call = charge(world, vehicle, PaidFrom.CALL), new_id()
    staff = world.associate
    with acting_as(staff.tenancy):
        assert [each.net for each in list_fees_to_call(staff, vehicle)] == [4000]
        take_into_call(staff, [found], call)
        assert list_fees_to_call(staff, vehicle) == []
        with pytest.raises(FeeCalled):
            take_into_call(staff, [found], new_id())
        with pytest.raises(FeeCalled):
            propose_fee_undoing(staff, found, reason="Wrong rate")
        let_go_of_call(staff, call)
        assert len(list_fees_to_call(staff, vehicle)) == 1


def test_a_draft_and_anothers_part_are_not_an_investors(world: World, vehicle: UUID) -> None:
    with acting_as(world.associate.tenancy):
        draft = prepare_fee(world.associate, NewFeeCharge(vehicle, *Q1))
    for person in (world.investor, world.foreign_manager):
        with acting_as(person.tenancy):
            assert list_fee_shares(person, draft) == []
            with pytest.raises(NotFound):
                get_fee_charge(person, draft)


def test_a_vehicle_whose_terms_have_no_fee_is_charged_none(app: Flask, world: World) -> None:
    free = make_vehicle(world.firm_id, "Harbour Free")
    with acting_as(world.associate.tenancy), pytest.raises(Invalid) as refused:
        prepare_fee(world.associate, NewFeeCharge(free, *Q1))
    assert "vehicle" in refused.value.fields


def test_without_capital_there_is_no_fee(app: Flask, world: World) -> None:
    empty = make_vehicle(world.firm_id, "Harbour Empty", terms=TERMS)
    with acting_as(world.associate.tenancy), pytest.raises(NothingToCharge):
        prepare_fee(world.associate, NewFeeCharge(empty, *Q1))
