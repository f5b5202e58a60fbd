"""Somebody of the firm who may not see all portfolios, and is an investor or a delegate besides, sees their own."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.people.investor_accounts.queries import get_account, list_accounts
from portal.domain.people.payment_instructions.queries import get_paid_account
from portal.domain.people.profiles.queries import get_profile, list_own_profiles
from portal.platform import clock
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY
from tests.factories.web import sign_in

ADMINISTRATOR = Role.ADMINISTRATOR


@pytest.fixture
def others(app: Flask, world: World) -> UUID:
    """An account of somebody else, which holds something."""
    account_id = make_account(world.firm_id, "Lane Trust", world.investor)
    post_history(world.firm_id, account_id, make_vehicle(world.firm_id, "Lane Fund"), HISTORY)
    return account_id


def also(actor: Actor, role: Role) -> Actor:
    """The same person with one role more."""
    assert actor.user_id
    with acting_as(Actor.system(actor.firm_id).tenancy):
        grant_role(Actor.system(actor.firm_id), actor.user_id, role=role)
    return Actor(actor.firm_id, actor.user_id, actor.roles | {role}, actor.name)


def test_an_administrator_who_invests_sees_their_own_accounts_alone(world: World, others: UUID) -> None:
    both = make_user(world.firm_id, "both@example.com", Role.INVESTOR, ADMINISTRATOR)
    own = make_account(world.firm_id, "Own Trust", both)
    with acting_as(both.tenancy):
        assert [each.name for each in list_accounts(both)] == ["Own Trust"]
        assert list_holdings(both, as_of=clock.today()) == []
        assert [each.name for each in list_own_profiles(both)] == ["Both", "Own Trust"]
        assert get_paid_account(both, own).name == get_profile(both, own).name == "Own Trust"
        for read in (get_account, get_paid_account, get_profile):
            with pytest.raises(NotFound):
                read(both, others)


def test_an_administrator_who_is_a_delegate_sees_what_is_shared_and_no_details_of_it(
    world: World, others: UUID
) -> None:
    shown = make_user(world.firm_id, "other.shown@example.com", Role.INVESTOR)
    let_in(world.investor, "other.shown@example.com", [others])
    both = also(also(shown, Role.DELEGATE), ADMINISTRATOR)
    with acting_as(both.tenancy):
        assert [each.name for each in list_accounts(both)] == ["Lane Trust"]
        assert {each.account for each in list_holdings(both, as_of=clock.today())} == {"Lane Trust"}
        assert [each.name for each in list_own_profiles(both)] == ["Other Shown"]
        for read in (get_paid_account, get_profile):
            with pytest.raises(NotFound):
                read(both, others)


def test_a_manager_who_invests_sees_all_and_is_asked_for_their_own(world: World, others: UUID) -> None:
    both = make_user(world.firm_id, "both@example.com", Role.INVESTOR, Role.MANAGER)
    with acting_as(both.tenancy):
        assert get_paid_account(both, others).name == get_profile(both, others).name == "Lane Trust"
        assert [each.name for each in list_own_profiles(both)] == ["Both"]


def test_their_pages_show_nothing_of_others(app: Flask, world: World, others: UUID) -> None:
    client = sign_in(app.test_client(), make_user(world.firm_id, "both@example.com", Role.INVESTOR, ADMINISTRATOR))
    for page in ("investments/portfolio", "investments/transactions", "investments/statements", "people/profiles"):
        found = client.get(f"/{page}")
        assert found.status_code == 200, page
        assert "Lane" not in found.text, page
    assert client.get(f"/people/payment-instructions/{others}").status_code == 404


def test_a_search_for_signs_finds_these_signs(world: World, others: UUID) -> None:
    with acting_as(world.manager.tenancy):
        for search in ("_", "%", "\\"):
            assert list_accounts(world.manager, search=search) == []
