"""Holdings of two investors of one firm and of one of another firm, each with names of its own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history

HISTORY = [
    ("commitment", "2020-01-01", "1000000"),
    ("contribution", "2020-02-01", "300000"),
    ("contribution", "2021-05-01", "200000.50"),
    ("dividend", "2022-06-01", "10000"),
    ("gain", "2023-06-01", "120000"),
    ("valuation", "2024-06-30", "520000"),
    ("return_of_capital", "2024-09-01", "30000"),
]


@dataclass(frozen=True)
class Book:
    """What was posted, and for whom."""

    account: UUID
    second_account: UUID
    fund: UUID
    holdings: tuple[UUID, ...]
    strange_holding: UUID
    foreign_holding: UUID


def holdings_of(actor: Actor) -> tuple[UUID, ...]:
    """The ids of what a person may see, in the order of the list."""
    with acting_as(actor.tenancy):
        return tuple(each.id for each in list_holdings(actor, as_of=clock.today()))


@pytest.fixture
def book(app: Flask, world: World) -> Book:
    """Four holdings in three currencies for the investor, one for another, one in another firm."""
    firm = world.firm_id
    first, second = (make_account(firm, name, world.investor) for name in ("Lane Trust", "Lane Pension"))
    fund, euro, yen = (
        make_vehicle(firm, name, code) for name, code in (("Fund I", "USD"), ("Fonds II", "EUR"), ("Kikin III", "JPY"))
    )
    post_history(firm, first, fund, HISTORY)
    post_history(firm, second, fund, HISTORY[:2])
    post_history(firm, first, euro, [("commitment", "2021-01-01", "500"), ("valuation", "2021-02-01", "0")])
    post_history(firm, second, yen, [("contribution", "2020-01-01", "1000"), ("valuation", "2021-01-01", "1500")])
    strange = make_account(firm, "Ortiz Secret Holdings", world.another_investor)
    post_history(firm, strange, make_vehicle(firm, "Ortiz Secret Fund"), HISTORY)
    foreign = make_account(world.other_firm_id, "Foreign Secret Trust", world.foreign_investor)
    post_history(world.other_firm_id, foreign, make_vehicle(world.other_firm_id, "Foreign Secret Fund"), HISTORY)
    return Book(
        first,
        second,
        fund,
        holdings_of(world.investor),
        holdings_of(world.another_investor)[0],
        holdings_of(world.foreign_investor)[0],
    )
