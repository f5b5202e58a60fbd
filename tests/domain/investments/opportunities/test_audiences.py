"""Whom an offering is for: everybody, who is invested in chosen vehicles, or accounts by name."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.investments.opportunities.errors import NotDraft
from portal.domain.investments.opportunities.queries.audiences import get_offered_reach, list_offered_vehicles
from portal.domain.investments.opportunities.queries.opportunities import get_opportunity, list_opportunities
from portal.domain.investments.opportunities.services.interests import watch_opportunity
from portal.domain.investments.opportunities.services.offering import (
    change_opportunity,
    include_investors,
    leave_investors_out,
)
from portal.domain.investments.opportunities.services.opening import propose_opening
from portal.domain.investments.opportunities.values.opportunities import OfferedReach, OfferedTo
from portal.platform.db import fetch_all
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.offerings import approve, draft_opportunity, make_opportunity, offering

HOLDERS = OfferedTo.VEHICLE
COMMITMENT = [("commitment", "2024-01-15", "100000")]
ALL_PAID_BACK = [
    ("commitment", "2024-01-15", "100000"),
    ("contribution", "2024-02-15", "100000"),
    ("distribution", "2024-08-15", "100000"),
]


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID) -> UUID:
    return make_vehicle(firm_id, "Harbour Growth II")


@pytest.fixture
def account(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    return make_account(firm_id, "Lane Family Trust", investor)


def seen_by(actor: Actor) -> list[str]:
    """What the page lists, which is what the database shows."""
    with acting_as(actor.tenancy):
        listed = [each.name for each in list_opportunities(actor)]
        assert sorted(listed) == sorted(row.name for row in fetch_all("SELECT name FROM investments.opportunities"))
        return listed


def reach(actor: Actor, opportunity_id: UUID) -> OfferedReach:
    with acting_as(actor.tenancy):
        return get_offered_reach(actor, opportunity_id)


def test_who_is_invested_sees_it_and_who_commits_later_from_then_on(
    vehicle: UUID, account: UUID, world: World, associate: Actor, manager: Actor
) -> None:
    other = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    post_history(world.firm_id, account, vehicle, COMMITMENT)
    found = make_opportunity(
        associate, manager, offering(make_vehicle(world.firm_id, "III"), audience=HOLDERS), invested=[vehicle]
    )
    assert (seen_by(world.investor), seen_by(world.another_investor)) == (["First close"], [])
    assert reach(manager, found) == OfferedReach(1, 1)
    with acting_as(world.another_investor.tenancy), pytest.raises(NotFound):
        watch_opportunity(world.another_investor, found, watched=True)
    post_history(world.firm_id, other, vehicle, COMMITMENT)
    assert seen_by(world.another_investor) == ["First close"]
    assert reach(manager, found) == OfferedReach(2, 2)


def test_who_was_paid_back_in_whole_is_still_one_who_held(
    vehicle: UUID, account: UUID, investor: Actor, associate: Actor, manager: Actor
) -> None:
    post_history(investor.firm_id, account, vehicle, ALL_PAID_BACK)
    make_opportunity(associate, manager, offering(vehicle, audience=HOLDERS), invested=[vehicle])
    assert seen_by(investor) == ["First close"]


def test_accounts_by_name_come_beside_those_invested(
    vehicle: UUID, account: UUID, world: World, associate: Actor, manager: Actor
) -> None:
    other = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    post_history(world.firm_id, account, vehicle, COMMITMENT)
    found = make_opportunity(associate, manager, offering(vehicle, audience=HOLDERS), other, invested=[vehicle])
    assert (seen_by(world.investor), seen_by(world.another_investor)) == (["First close"], ["First close"])
    assert reach(manager, found) == OfferedReach(2, 2)


def test_vehicles_count_only_where_it_is_offered_to_their_investors(
    vehicle: UUID, account: UUID, world: World, associate: Actor, manager: Actor
) -> None:
    post_history(world.firm_id, account, vehicle, COMMITMENT)
    other = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    draft = draft_opportunity(associate, offering(vehicle, audience=HOLDERS), other, invested=[vehicle])
    with acting_as(associate.tenancy):
        change_opportunity(associate, draft, offering(vehicle, audience=OfferedTo.NAMED))
        asked = propose_opening(associate, draft, reason="Ready.")
    approve(manager, asked)
    assert (seen_by(world.investor), seen_by(world.another_investor)) == ([], ["First close"])
    assert reach(manager, draft) == OfferedReach(1, 1)


def test_nothing_opens_to_investors_of_no_vehicle(vehicle: UUID, account: UUID, associate: Actor) -> None:
    draft = draft_opportunity(associate, offering(vehicle, audience=HOLDERS), account)
    with acting_as(associate.tenancy), pytest.raises(Invalid, match="Choose the vehicles"):
        propose_opening(associate, draft, reason="Ready.")


def test_what_is_approved_names_the_vehicles(vehicle: UUID, associate: Actor, manager: Actor) -> None:
    draft = draft_opportunity(associate, offering(vehicle, audience=HOLDERS), invested=[vehicle])
    with acting_as(associate.tenancy):
        asked = propose_opening(associate, draft, reason="Ready.")
    with acting_as(manager.tenancy):
        assert get_approval(manager, asked).content["vehicles"] == ["Harbour Growth II"]


def test_vehicles_are_chosen_and_taken_away_while_it_is_a_draft(
    vehicle: UUID, investor: Actor, associate: Actor, world: World, manager: Actor
) -> None:
    draft = draft_opportunity(associate, offering(vehicle, audience=HOLDERS))
    with acting_as(associate.tenancy):
        include_investors(associate, draft, vehicle)
        include_investors(associate, draft, vehicle)
        assert [each.name for each in list_offered_vehicles(associate, draft)] == ["Harbour Growth II"]
        leave_investors_out(associate, draft, vehicle)
        with pytest.raises(NotFound):
            leave_investors_out(associate, draft, vehicle)
        include_investors(associate, draft, vehicle)
        asked = propose_opening(associate, draft, reason="Ready.")
        with pytest.raises(NotDraft):
            leave_investors_out(associate, draft, vehicle)
    approve(manager, asked)
    foreign = world.foreign_manager
    with acting_as(foreign.tenancy), pytest.raises(NotFound):
        include_investors(foreign, draft, vehicle)
    with acting_as(investor.tenancy), pytest.raises(Forbidden):
        get_offered_reach(investor, draft)


@pytest.mark.parametrize("audience", list(OfferedTo))
def test_the_number_of_people_is_that_of_those_who_see_it(
    audience: OfferedTo, vehicle: UUID, account: UUID, world: World, associate: Actor, manager: Actor
) -> None:
    firm_id, both = world.firm_id, (world.investor, world.another_investor)
    post_history(firm_id, account, vehicle, COMMITMENT)
    post_history(firm_id, make_account(firm_id, "Nobody's", *()), vehicle, COMMITMENT)
    named = make_account(firm_id, "Ortiz Holdings", *both)
    found = make_opportunity(associate, manager, offering(vehicle, audience=audience), named, invested=[vehicle])
    with acting_as(manager.tenancy):
        assert get_opportunity(manager, found).audience is audience
    assert reach(manager, found).people == sum(bool(seen_by(person)) for person in both)
    assert reach(manager, found).accounts == {"everybody": 3, "vehicle": 3, "named": 1}[audience]
