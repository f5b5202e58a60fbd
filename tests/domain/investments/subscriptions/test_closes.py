"""Closing one close of an offering: who submits before is in it, who submits after that is in the next."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.opportunities.errors import CloseOver, NoClose, NotOpen
from portal.domain.investments.opportunities.queries.opportunities import list_closes
from portal.domain.investments.opportunities.services.offering import add_close
from portal.domain.investments.opportunities.services.opening import close_opportunity, end_close
from portal.domain.investments.opportunities.values.opportunities import Close
from portal.domain.investments.subscriptions.queries.subscriptions import get_subscription
from portal.domain.investments.subscriptions.services.deciding import send_subscription_back
from portal.domain.investments.subscriptions.services.drafting import begin_subscription
from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from portal.platform import clock
from portal.platform.errors import Forbidden, NotFound
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.offerings import SOON
from tests.factories.subscriptions import Desk, make_desk


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    return make_desk(world.associate, world.manager, make_user(world.firm_id, "check@example.com", Role.COMPLIANCE))


@pytest.fixture
def account(desk: Desk, world: World) -> UUID:
    return desk.open_account("Lane Family Trust", world.investor)


def closes(desk: Desk, *, more: int = 0) -> list[Close]:
    with acting_as(desk.manager.tenancy):
        for _ in range(more):
            last = list_closes(desk.manager, desk.opportunity)[-1]
            add_close(desk.manager, desk.opportunity, last.closes_on + timedelta(days=30))
        return list_closes(desk.manager, desk.opportunity)


def end(actor: Actor, desk: Desk, close_id: UUID) -> None:
    with acting_as(actor.tenancy):
        end_close(actor, desk.opportunity, close_id)


def test_what_was_submitted_stays_in_its_close_and_the_others_go_to_the_next(
    desk: Desk, account: UUID, world: World
) -> None:
    first, second = closes(desk, more=1)
    before = desk.submit(world.investor, account)
    drafted = desk.fill(world.another_investor, desk.open_account("Ortiz Holdings", world.another_investor))
    with acting_as(world.another_investor.tenancy):
        assert get_subscription(world.another_investor, drafted).close_id == first.id
    end(world.manager, desk, first.id)
    desk.hand_in(world.another_investor, drafted)
    assert [desk.read(each).close_id for each in (before, drafted)] == [first.id, second.id]
    desk.accept(before)
    assert desk.read(before).state is SubscriptionState.ACCEPTED
    assert [each.takes_on(clock.today()) for each in closes(desk)] == [False, True]
    assert not second.takes_on(clock.today() + 3 * SOON)


def test_without_a_close_to_come_nobody_begins_or_submits_until_there_is_one(
    desk: Desk, account: UUID, world: World
) -> None:
    subscription = desk.submit(world.investor, account)
    with acting_as(world.associate.tenancy):
        send_subscription_back(world.associate, subscription, comment="Which trustee signs?")
    end(world.manager, desk, closes(desk)[0].id)
    with pytest.raises(NoClose):
        desk.hand_in(world.investor, subscription)
    other = desk.open_account("Sato KK", world.investor)
    with acting_as(world.investor.tenancy), pytest.raises(NoClose):
        begin_subscription(world.investor, desk.opportunity, other)
    (_, second) = closes(desk, more=1)
    desk.hand_in(world.investor, subscription)
    assert desk.read(subscription).close_id == second.id


def test_closes_are_closed_in_turn_by_who_opens_offerings_while_it_is_open(desk: Desk, world: World) -> None:
    first, second = closes(desk, more=1)
    with pytest.raises(CloseOver):
        end(world.manager, desk, second.id)
    with pytest.raises(NotFound):
        end(world.manager, desk, new_id())
    for actor in (world.associate, world.investor):
        with pytest.raises(Forbidden):
            end(actor, desk, first.id)
    end(world.manager, desk, first.id)
    with pytest.raises(CloseOver):
        end(world.manager, desk, first.id)
    with acting_as(world.manager.tenancy):
        close_opportunity(world.manager, desk.opportunity)
    with pytest.raises(NotOpen):
        end(world.manager, desk, second.id)
