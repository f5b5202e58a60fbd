"""The firm ends what an investor let somebody see: with a right of its own, at once, and told to both."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from portal.domain.analytics.looks.queries import list_looks
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.people.delegations.queries import get_delegation, list_received_delegations
from portal.domain.people.delegations.services import end_delegation_for
from portal.domain.people.delegations.values import DelegationState, EndReason
from portal.domain.people.invitations.services import invite_person
from portal.platform import clock, db
from portal.platform.errors import Forbidden, NotFound
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.investments import make_account


@pytest.fixture
def given(app: Flask, world: World) -> UUID:
    """What an investor gave another."""
    account_id = make_account(world.firm_id, "Lane Trust", world.investor)
    return let_in(world.investor, "ben.ortiz@example.com", [account_id])


def end(actor: Actor, delegation_id: UUID) -> None:
    with acting_as(actor.tenancy):
        end_delegation_for(actor, delegation_id, reason=EndReason.SUSPICION)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COMPLIANCE])
def test_it_is_over_at_once_and_told_to_both(world: World, given: UUID, role: Role) -> None:
    actor = make_user(world.firm_id, "ending@example.com", role)
    end(actor, given)
    with acting_as(world.another_investor.tenancy):
        assert list_received_delegations(world.another_investor) == []
    with acting_as(actor.tenancy):
        assert get_delegation(actor, given).state is DelegationState.ENDED
        told = db.fetch_all("SELECT act, actor_id, detail FROM identity.audit_events ORDER BY id DESC LIMIT 1")
    assert [tuple(row) for row in told] == [("delegation.end", actor.user_id, {"reason": "suspicion"})]
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT arguments FROM platform.outbox WHERE job = 'delegations.announce_end'")
    assert {row.arguments["side"] for row in rows} == {"grantor", "delegate"}
    (look,) = list_looks(world.investor)
    assert (look.who, look.act) == ("Ending", "delegation.end")
    with pytest.raises(NotFound):
        end(actor, given)


def test_others_of_the_firm_end_nothing(world: World, given: UUID) -> None:
    for actor in (world.associate, world.auditor, world.administrator, world.investor, world.another_investor):
        with pytest.raises(Forbidden):
            end(actor, given)
    with pytest.raises(NotFound):
        end(world.foreign_manager, given)
    for actor in (world.administrator, world.investor, world.another_investor):
        with acting_as(actor.tenancy), pytest.raises(Forbidden):
            get_delegation(actor, given)
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        get_delegation(world.foreign_manager, given)
    with acting_as(world.another_investor.tenancy):
        assert len(list_received_delegations(world.another_investor)) == 1


def test_what_has_run_out_is_over_already(world: World, given: UUID) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31), tick=True), pytest.raises(NotFound):
        end(world.manager, given)


def test_an_invitation_by_the_firm_leaves_what_an_investor_gave(app: Flask, world: World) -> None:
    account_id = make_account(world.firm_id, "Lane Trust", world.investor)
    let_in(world.investor, "sam.new@example.com", [account_id])
    with acting_as(world.manager.tenancy):
        invite_person(world.manager, resources().sealer, email="sam.new@example.com", name="Sam", roles=[Role.INVESTOR])
        person = find_user_by_email(world.manager, "sam.new@example.com")
    assert person
    assert person.roles == {Role.INVESTOR, Role.DELEGATE}
