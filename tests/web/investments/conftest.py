"""A firm's books for the pages of investments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.ledger.values import HoldingFigures
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.funds import Fund, make_fund
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.subscriptions import Desk, make_desk

FIRST = [
    ("commitment", "2020-01-01", "1000000"),
    ("contribution", "2020-02-01", "300000"),
    ("valuation", "2020-03-31", "290000"),
    ("contribution", "2020-05-01", "200000.50"),
    ("dividend", "2021-06-01", "10000"),
    ("fee", "2021-06-30", "5000"),
    ("valuation", "2021-06-30", "620000"),
    ("gain", "2021-09-30", "20000"),
]
UNVALUED = [("commitment", "2026-01-15", "50000"), ("contribution", "2026-02-01", "5000")]
EUROS = [("commitment", "2019-01-01", "800"), ("contribution", "2019-01-01", "100"), ("valuation", "2021-01-01", "132")]
OTHERS = [("commitment", "2020-01-01", "7777"), ("contribution", "2020-01-02", "3333")]


@dataclass(frozen=True)
class Book:
    """Ids of accounts and vehicles: the investor's, and one of another investor of the same firm."""

    trust: UUID
    joint: UUID
    others: UUID
    buyout: UUID
    venture: UUID
    credit: UUID


@pytest.fixture
def book(app: Flask, world: World) -> Book:
    """Two accounts of the investor in three vehicles, one holding of another investor."""
    firm = world.firm_id
    book = Book(
        make_account(firm, "Lane Family Trust", world.investor),
        make_account(firm, "=Ada & Bo Lane", world.investor),
        make_account(firm, "Ortiz Secret Holdings", world.another_investor),
        make_vehicle(firm, "Harbour Buyout I", strategy="Buyout", vintage=2020),
        make_vehicle(firm, "Harbour Venture <II>", strategy="Venture", sector="Software", vintage=2026),
        make_vehicle(firm, "Harbour Credit EUR", "EUR", strategy="Credit", vintage=2019),
    )
    post_history(firm, book.trust, book.buyout, FIRST, reference="Notice 7")
    post_history(firm, book.joint, book.venture, UNVALUED)
    post_history(firm, book.trust, book.credit, EUROS)
    post_history(firm, book.others, book.buyout, OTHERS, reference="Ortiz only")
    return book


@pytest.fixture
def fund(app: Flask, world: World) -> Fund:
    """A vehicle of two investors and the general partner: 8 % simple, full catch-up, 20 % carry."""
    return make_fund(world)


def holding_of(actor: Actor, account_id: UUID, vehicle_id: UUID) -> HoldingFigures:
    """The holding of an account in a vehicle."""
    with acting_as(actor.tenancy):
        (found,) = list_holdings(actor, as_of=clock.today(), account_id=account_id, vehicle_id=vehicle_id)
    return found


def figures_on(html: str) -> dict[tuple[str, str], str]:
    """Every figure on a page that opens, by its name and what it is of: "holding=…", "account=…" or "currency=…"."""
    found = re.findall(r'<a href="/investments/figures/(\w+)\?([^"]*)"[^>]*>([^<]*)', html)
    figures = {}
    for name, query, text in found:
        parts = dict(parse_qsl(unescape(query)))
        key = next(key for key in ("holding", "account", "currency") if key in parts)
        figures[name, f"{key}={parts[key]}"] = text
    return figures


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    compliance = make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)
    return make_desk(world.associate, world.manager, compliance, target=Decimal(200_000), cap=Decimal(200_000))


@pytest.fixture
def account(desk: Desk, world: World) -> UUID:
    return desk.open_account("Lane Family Trust", world.investor)
