"""Versions of a statement found by their number: by those who may see them alone."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.versions import find_numbered_statement
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q2, prepare_run, publish_run, statements_of


def _found(actor: Actor, number: str) -> UUID | None:
    with acting_as(actor.tenancy):
        return find_numbered_statement(actor, number)


def test_a_number_leads_its_readers_to_the_statement(
    app: Flask, firm_id: UUID, world: World, manager: Actor, investor: Actor, another_investor: Actor
) -> None:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    post_history(firm_id, make_account(firm_id, "Lane Family Trust", investor), vehicle_id, HISTORY)
    (published,) = statements_of(manager, publish_run(manager, vehicle_id, Q2))
    (draft,) = statements_of(manager, prepare_run(manager, vehicle_id))
    assert _found(investor, published.number) == _found(manager, published.number) == published.id
    assert _found(another_investor, published.number) is None
    assert _found(world.foreign_manager, published.number) is None
    assert _found(manager, draft.number) == draft.id
    assert _found(investor, draft.number) is None
    assert _found(investor, "2025Q2-NONE-NONE") is None
