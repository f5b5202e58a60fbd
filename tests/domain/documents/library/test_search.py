"""Documents are found while one types, by what they are called and what they are about."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import Audience, DocumentFilter, DocumentType
from portal.domain.identity.access.values import Actor
from portal.domain.investments.vehicles.queries import get_vehicle
from portal.domain.investments.vehicles.services import change_vehicle
from portal.domain.investments.vehicles.values import VehicleDescription
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.investments import make_account, make_vehicle, post_history

COMMITMENT = [("commitment", "2026-01-05", "1000000")]


def found(actor: Actor, words: str) -> set[str]:
    with acting_as(actor.tenancy):
        return {each.title for each in list_documents(actor, DocumentFilter(words=words))}


@pytest.fixture
def vehicle(app: Flask, world: World) -> UUID:
    """One that the investor holds, and a paper of their account about it."""
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    vehicle = make_vehicle(world.firm_id, "Bluewater Growth")
    post_history(world.firm_id, account, vehicle, COMMITMENT)
    make_document(
        world.firm_id, "Schedule K-1", type=DocumentType.TAX_FORM, audience=Audience.ACCOUNT, account_id=account,
        vehicle_id=vehicle, period="2025-Q3", tags=("final", "übersicht"),
    )  # fmt: skip
    make_document(world.firm_id, "Letter to investors", period="2026")
    return vehicle


@pytest.mark.parametrize(
    "words",
    [
        "sched", "K-1", "schedule k-1", "tax", "tax form", "lane", "family trust", "bluew", "2025", "2025-Q3", "q3",
        "FINAL", "Übers", "lane schedule 2025 bluewater tax",
    ],
)  # fmt: skip
def test_a_paper_is_found_by(words: str, vehicle: UUID, world: World) -> None:
    assert found(world.investor, words) == {"Schedule K-1"}
    assert found(world.manager, words) == {"Schedule K-1"}


@pytest.mark.parametrize("words", ["ane", "ortiz", "schedule 2026", "!!", "' | 'x", "2024"])
def test_a_paper_is_not_found_by(words: str, vehicle: UUID, world: World) -> None:
    assert found(world.investor, words) == set()
    assert found(world.manager, words) == set()


def test_a_paper_for_many_is_not_found_by_whom_it_is_about(vehicle: UUID, world: World) -> None:
    theirs = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    theirs_alone = make_vehicle(world.firm_id, "Redrock Income")
    make_document(world.firm_id, "About an account", account_id=theirs, vehicle_id=vehicle)
    make_document(world.firm_id, "About a vehicle", vehicle_id=theirs_alone)
    assert {"About an account", "About a vehicle"} <= found(world.investor, "")
    assert found(world.investor, "about") == {"About an account", "About a vehicle"}
    assert found(world.investor, "ortiz") == found(world.investor, "redrock") == set()
    assert found(world.manager, "ortiz") == {"About an account"}
    with acting_as(world.investor.tenancy):
        (summary,) = list_documents(world.investor, DocumentFilter(words="about account"))
    assert (summary.account_id, summary.account) == (None, "")
    assert (summary.vehicle_id, summary.vehicle) == (vehicle, "Bluewater Growth")


def test_a_paper_for_many_is_not_listed_with_whom_it_is_about(vehicle: UUID, world: World) -> None:
    others = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    hidden = make_vehicle(world.firm_id, "Side Pocket")
    letter = make_document(world.firm_id, "To everybody", account_id=others, vehicle_id=hidden)
    for about in (DocumentFilter(account_id=others), DocumentFilter(vehicle_id=hidden)):
        with acting_as(world.investor.tenancy):
            assert list_documents(world.investor, about) == []
        with acting_as(world.manager.tenancy):
            assert [each.id for each in list_documents(world.manager, about)] == [letter]
    with acting_as(world.investor.tenancy):
        assert [each.title for each in list_documents(world.investor, DocumentFilter(vehicle_id=vehicle))] == [
            "Schedule K-1"
        ]


def test_a_vehicle_that_is_called_otherwise_is_found_by_its_new_name(vehicle: UUID, world: World) -> None:
    with acting_as(world.manager.tenancy):
        change_vehicle(world.manager, vehicle, VehicleDescription("Greenfield Growth", "USD"))
        assert get_vehicle(world.manager, vehicle).name == "Greenfield Growth"
    assert found(world.investor, "greenfield") == {"Schedule K-1"}
    assert found(world.investor, "bluewater") == set()
