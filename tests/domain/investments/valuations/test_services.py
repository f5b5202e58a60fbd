"""A valuation from draft to ledger and back, by two people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.errors import OwnRequest
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import VALUATION
from portal.domain.investments.ledger.queries.checks import list_ledger_findings
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.valuations.errors import HoldersChanged, ValuationClosed
from portal.domain.investments.valuations.queries import get_valuation, list_named_shares, list_valuations
from portal.domain.investments.valuations.services import (
    discard_valuation,
    prepare_valuation,
    propose_undoing,
    propose_valuation,
)
from portal.domain.investments.valuations.values import Basis, NewValuation, ValuationState
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.decisions import decide
from tests.factories.investments import make_account, make_vehicle, post_history

DAY = date(2025, 9, 30)
PAID = [("commitment", "2025-01-01", "1000")]


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    """Held 3 : 1 by two people."""
    found = make_vehicle(world.firm_id, "Harbour Buyout I")
    for person, amount in ((world.investor, "300"), (world.another_investor, "100")):
        account = make_account(world.firm_id, f"Account {amount}", person)
        post_history(world.firm_id, account, found, [*PAID, ("contribution", "2025-02-01", amount)])
    return found


def prepare(actor: Actor, vehicle: UUID, amount: str, *, reason: str = "Audited accounts", on: date = DAY) -> UUID:
    with acting_as(actor.tenancy):
        return prepare_valuation(actor, NewValuation(vehicle, on, {"investments": Decimal(amount)}, reason=reason))


def post(world: World, vehicle: UUID, amount: str, **more: str) -> UUID:
    found = prepare(world.associate, vehicle, amount, **more)  # type: ignore[arg-type]
    with acting_as(world.associate.tenancy):
        propose_valuation(world.associate, found)
    decide(world.manager, VALUATION, f"valuation:{found}")
    return found


def navs(actor: Actor, vehicle: UUID) -> list[Decimal]:
    with acting_as(actor.tenancy):
        return sorted(each.nav for each in list_holdings(actor, as_of=date(2025, 12, 31), vehicle_id=vehicle))


def sound(firm_id: UUID) -> bool:
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        return list_ledger_findings(system) == []


def test_what_another_approves_is_posted_to_each_account(world: World, vehicle: UUID) -> None:
    found = prepare(world.associate, vehicle, "480")
    assert navs(world.manager, vehicle) == [0, 0]
    with acting_as(world.associate.tenancy):
        request = propose_valuation(world.associate, found)
    with acting_as(world.manager.tenancy):
        assert get_valuation(world.manager, found).state is ValuationState.WAITING
    decide(world.manager, VALUATION, f"valuation:{found}")
    assert request
    assert navs(world.manager, vehicle) == [120, 360]
    with acting_as(world.investor.tenancy):
        (mine,) = list_named_shares(world.investor, found)
        seen = get_valuation(world.investor, found)
    assert (mine.amount, mine.weight, seen.total_weight, seen.amount) == (360, 300, 400, 480)
    assert sound(world.firm_id)


def test_a_later_version_takes_the_place_and_the_earlier_one_is_kept(world: World, vehicle: UUID) -> None:
    first = post(world, vehicle, "480")
    second = post(world, vehicle, "440", reason="Corrected by the auditor")
    assert navs(world.manager, vehicle) == [110, 330]
    with acting_as(world.another_investor.tenancy):
        told = [(each.version, each.state.value, each.reason) for each in list_valuations(world.another_investor)]
    assert sorted(told) == [(1, "replaced", "Audited accounts"), (2, "posted", "Corrected by the auditor")]
    with acting_as(world.associate.tenancy):
        propose_undoing(world.associate, second, reason="Wrong fund")
    decide(world.manager, VALUATION, f"valuation:{second}")
    assert navs(world.manager, vehicle) == [0, 0]
    assert first
    assert sound(world.firm_id)


def test_a_draft_is_nobodys_but_the_firms(world: World, vehicle: UUID) -> None:
    found = prepare(world.associate, vehicle, "480")
    with acting_as(world.investor.tenancy):
        with pytest.raises(NotFound):
            get_valuation(world.investor, found)
        assert list_named_shares(world.investor, found) == []
        assert list_valuations(world.investor) == []
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        propose_valuation(world.foreign_manager, found)
    with acting_as(world.auditor.tenancy), pytest.raises(Forbidden):
        discard_valuation(world.auditor, found)


def test_the_maker_does_not_approve_and_a_refusal_makes_a_draft_again(world: World, vehicle: UUID) -> None:
    found = prepare(world.manager, vehicle, "480")
    with acting_as(world.manager.tenancy):
        request = propose_valuation(world.manager, found)
        waiting = find_open_approval(world.manager, VALUATION.name, f"valuation:{found}")
        assert waiting is not None
        with pytest.raises(OwnRequest):
            decide_approval(world.manager, request, digest=waiting.digest, approves=True)
    found = prepare(world.associate, vehicle, "470")
    with acting_as(world.associate.tenancy):
        propose_valuation(world.associate, found)
    decide(world.manager, VALUATION, f"valuation:{found}", approves=False, comment="No report")
    with acting_as(world.associate.tenancy):
        assert get_valuation(world.associate, found).state is ValuationState.DRAFT
        discard_valuation(world.associate, found)
        with pytest.raises(ValuationClosed):
            propose_valuation(world.associate, found)
    assert navs(world.manager, vehicle) == [0, 0]


def test_a_new_holder_stops_what_was_approved_without_them(world: World, vehicle: UUID) -> None:
    found = prepare(world.associate, vehicle, "480")
    with acting_as(world.associate.tenancy):
        propose_valuation(world.associate, found)
    late = make_account(world.firm_id, "Late", world.investor)
    post_history(world.firm_id, late, vehicle, [("commitment", "2025-06-01", "1000")])
    with pytest.raises(HoldersChanged):
        decide(world.manager, VALUATION, f"valuation:{found}")


@pytest.mark.parametrize("parts", [{"investments": "480"}, {"investments": "90", "accrued_carry": "90"}])
def test_money_that_came_meanwhile_stops_what_was_shared_out_without_it(
    world: World, vehicle: UUID, parts: dict[str, str]
) -> None:
    """By 300 and 100 paid in: 360 and 120 of the value, or 67.50 and 22.50 of the carry where nothing else is left."""
    with acting_as(world.associate.tenancy):
        given = {name: Decimal(amount) for name, amount in parts.items()}
        found = prepare_valuation(world.associate, NewValuation(vehicle, DAY, given, reason="Audited accounts"))
        propose_valuation(world.associate, found)
        other = next(
            each.account_id
            for each in list_holdings(world.associate, as_of=DAY, vehicle_id=vehicle)
            if each.paid_in == 100
        )
    post_history(world.firm_id, other, vehicle, [("contribution", "2025-08-01", "200")])
    with pytest.raises(HoldersChanged):
        decide(world.manager, VALUATION, f"valuation:{found}")
    assert navs(world.manager, vehicle) == [0, 0]


def test_units_that_were_approved_do_not_depend_on_money_that_came(world: World, vehicle: UUID) -> None:
    with acting_as(world.associate.tenancy):
        held = list_holdings(world.associate, as_of=DAY, vehicle_id=vehicle)
        units = {each.account_id: Decimal(1) for each in held}
        given = NewValuation(vehicle, DAY, {"investments": Decimal(480)}, Basis.UNITS, units, "Audited accounts")
        found = prepare_valuation(world.associate, given)
        propose_valuation(world.associate, found)
    post_history(world.firm_id, held[0].account_id, vehicle, [("contribution", "2025-08-01", "200")])
    decide(world.manager, VALUATION, f"valuation:{found}")
    assert navs(world.manager, vehicle) == [240, 240]


def test_an_amount_finer_than_the_currency_is_refused(world: World, vehicle: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        prepare(world.associate, vehicle, "480.001")
    assert "investments" in refused.value.fields
