"""The ledger as a list in pages."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from flask.testing import FlaskClient

from portal.api.v1.investments.schemas import TransactionType
from portal.domain.identity.access.values import Actor
from portal.domain.investments.ledger.values import EntryKind
from tests.api.conftest import HISTORY, Book
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.investments import post_history
from tests.statements import noted_statements

URL = "/api/v1/investments/transactions"


def walk(client: FlaskClient, headers: Headers, **query: Any) -> list[dict[str, Any]]:
    """Every item, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        page = client.get(URL, query_string=query, headers=headers).json
        items += page["items"]
        if page["next"] is None:
            return items
        query["cursor"] = page["next"]


def test_every_kind_that_is_listed_is_described() -> None:
    assert set(get_args(TransactionType)) == {kind.value for kind in EntryKind} - {"valuation_adjustment"}


def test_a_line_says_what_happened(client: FlaskClient, investor: Actor, book: Book) -> None:
    items = client.get(URL, query_string={"account": book.account}, headers=bearer(investor)).json["items"]

    newest, *_, oldest = [item for item in items if item["vehicle"] == "Fund I"]
    assert (newest["type"], newest["amount"], newest["cash"]) == ("return_of_capital", "30000.00", "30000.00")
    assert (oldest["type"], oldest["amount"], oldest["cash"]) == ("commitment", "1000000.00", None)
    paid = next(item for item in items if item["type"] == "contribution" and item["effective_on"] == "2021-05-01")
    assert (paid["cash"], paid["unfunded_effect"], paid["currency"]) == ("-200000.50", "-200000.50", "USD")
    assert (paid["opening"], paid["reversal"], paid["reversed"]) == (False, False, False)


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pages_hold_each_line_once_newest_first(client: FlaskClient, investor: Actor, book: Book, limit: int) -> None:
    found = walk(client, bearer(investor), limit=limit)

    assert len({item["id"] for item in found}) == len(found) == len(HISTORY) + 2 + 2 + 2
    assert [item["effective_on"] for item in found] == sorted((item["effective_on"] for item in found), reverse=True)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("type=contribution", 4),
        ("type=contribution&type=dividend", 5),
        ("since=2023-06-01", 3),
        ("until=2020-01-31", 3),
        ("since=2024-06-30&until=2024-06-30", 1),
        ("since=2024-01-02&until=2024-01-01", 0),
        ("account=00000000-0000-4000-8000-000000000000", 0),
        ("vehicle=00000000-0000-4000-8000-000000000000&type=gain", 0),
    ],
)
def test_it_is_narrowed(client: FlaskClient, investor: Actor, book: Book, query: str, number: int) -> None:
    assert len(client.get(f"{URL}?{query}", headers=bearer(investor)).json["items"]) == number


def test_it_is_narrowed_to_account_vehicle_and_holding(client: FlaskClient, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    by = {
        name: client.get(URL, query_string={name: value}, headers=headers).json["items"]
        for name, value in (("account", book.second_account), ("vehicle", book.fund), ("holding", book.holdings[0]))
    }

    assert {item["account"] for item in by["account"]} == {"Lane Pension"}
    assert {item["vehicle"] for item in by["vehicle"]} == {"Fund I"}
    assert {item["holding_id"] for item in by["holding"]} == {str(book.holdings[0])}


def test_another_person_sees_none_of_them(client: FlaskClient, world: World, book: Book) -> None:
    for actor in (world.another_investor, world.foreign_investor, world.foreign_manager):
        for query in ({}, {"account": book.account}, {"holding": book.holdings[0]}):
            answer = client.get(URL, query_string=query, headers=bearer(actor))
            assert answer.status_code == 200
            assert "Lane" not in answer.text


def test_staff_see_those_of_the_firm(client: FlaskClient, world: World, book: Book) -> None:
    accounts = {item["account"] for item in walk(client, bearer(world.manager), limit=5)}

    assert accounts == {"Lane Trust", "Lane Pension", "Ortiz Secret Holdings"}


def test_it_is_fetched_once(client: FlaskClient, world: World, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    tag = client.get(URL, headers=headers).headers["ETag"]
    again = headers | {"If-None-Match": tag}

    assert client.get(URL, headers=again).status_code == 304
    assert client.get(f"{URL}?limit=1", headers=again).status_code == 200
    post_history(world.firm_id, book.account, book.fund, [("interest", "2024-10-01", "1")])
    assert client.get(URL, headers=again).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("type=bonus", "type.0"),
        ("type=gain&type=valuation_adjustment", "type.1"),
        ("account=7", "account"),
        ("account=%00", "account"),
        ("since=2024-02-30", "since"),
        ("since=today", "since"),
        ("until=99999-01-01", "until"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e2", "limit"),
        ("limit=" + "9" * 500, "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=5&limit=6", "limit"),
        ("as_of=2024-01-01", "as_of"),
        ("cursor=a&cursor=b", "cursor"),
    ],
)
def test_what_cannot_be_read_is_named(client: FlaskClient, investor: Actor, query: str, field: str) -> None:
    answer = client.get(f"{URL}?{query}", headers=bearer(investor))

    assert (answer.status_code, answer.json["type"]) == (422, "urn:problem-type:invalid")
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_statements_do_not_grow_with_lines(client: FlaskClient, world: World, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    with noted_statements() as few:
        client.get(f"{URL}?limit=100", headers=headers)
    history = [("contribution", "2020-03-01", str(number)) for number in range(1, 60)]
    post_history(world.firm_id, book.account, book.fund, history)
    with noted_statements() as many:
        client.get(f"{URL}?limit=100", headers=headers)

    assert len(few) == len(many) == 2, many
