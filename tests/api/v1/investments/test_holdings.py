"""Holdings as a list in pages, and one by one."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.returns.queries import get_holding_returns
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.api.conftest import Book
from tests.api.figures import assert_figures
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.investments import make_vehicle, post_history
from tests.statements import noted_statements

URL = "/api/v1/investments/holdings"


def forged(*parts: Any) -> str:
    """A cursor that we did not make."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def walk(client: FlaskClient, headers: Headers, **query: Any) -> list[dict[str, Any]]:
    """Every item, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        page = client.get(URL, query_string=query, headers=headers).json
        items += page["items"]
        assert len(page["items"]) <= query["limit"]
        if page["next"] is None:
            return items
        query["cursor"] = page["next"]


def test_each_holding_has_the_figures_of_the_returns(client: FlaskClient, investor: Actor, book: Book) -> None:
    items = client.get(URL, headers=bearer(investor)).json["items"]

    assert tuple(UUID(item["id"]) for item in items) == book.holdings
    assert {(item["account"], item["vehicle"]) for item in items} == {
        ("Lane Trust", "Fund I"), ("Lane Trust", "Fonds II"), ("Lane Pension", "Fund I"), ("Lane Pension", "Kikin III"),
    }  # fmt: skip
    for item in items:
        with acting_as(investor.tenancy):
            found = get_holding_returns(investor, UUID(item["id"]), as_of=clock.today())
        assert_figures(item, found.figures)
        assert UUID(item["account_id"]) == found.holding.account_id
        assert UUID(item["vehicle_id"]) == found.holding.vehicle_id


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_pages_hold_each_holding_once(client: FlaskClient, investor: Actor, book: Book, limit: int) -> None:
    found = walk(client, bearer(investor), limit=limit)

    assert tuple(UUID(item["id"]) for item in found) == book.holdings


def test_another_person_sees_none_of_them(client: FlaskClient, world: World, book: Book) -> None:
    for actor in (world.another_investor, world.foreign_investor, world.foreign_manager):
        answer = client.get(URL, headers=bearer(actor))
        assert answer.status_code == 200
        assert "Lane" not in answer.text
        assert not {str(each) for each in book.holdings} & {item["id"] for item in answer.json["items"]}


def test_staff_see_those_of_the_firm(client: FlaskClient, world: World, book: Book) -> None:
    items = client.get(URL, headers=bearer(world.associate)).json["items"]

    assert {UUID(item["id"]) for item in items} == {*book.holdings, book.strange_holding}


def test_one_holding_says_how_to_read_it_and_leads_to_its_flows(
    client: FlaskClient, investor: Actor, book: Book
) -> None:
    headers = bearer(investor)
    shown = client.get(f"{URL}/{book.holdings[-1]}?as_of=2022-12-31", headers=headers).json
    lines = client.get(shown["transactions"], headers=headers).json["items"]

    assert shown["as_of"] == "2022-12-31"
    assert shown["account"] == "Lane Trust"
    assert set(shown["basis"]) == {"period", "fees", "irr", "multiples", "nav"}
    assert {line["holding_id"] for line in lines} == {str(book.holdings[-1])}
    assert max(line["effective_on"] for line in lines) == "2022-06-01"


def test_what_one_may_not_see_is_as_if_it_were_not(client: FlaskClient, world: World, book: Book) -> None:
    for actor, hidden in (
        (world.investor, book.strange_holding),
        (world.investor, book.foreign_holding),
        (world.another_investor, book.holdings[0]),
        (world.foreign_manager, book.holdings[0]),
    ):
        headers = bearer(actor)
        seen, random = (client.get(f"{URL}/{each}", headers=headers) for each in (hidden, new_id()))

        assert seen.status_code == random.status_code == 404
        own = {"instance", "request_id"}
        assert {k: v for k, v in seen.json.items() if k not in own} == {
            k: v for k, v in random.json.items() if k not in own
        }
        assert set(dict(seen.headers)) == set(dict(random.headers))


@transactional
def rename(account_id: UUID, name: str) -> None:
    db.execute("UPDATE people.investor_accounts SET name = %(name)s WHERE id = %(id)s", name=name, id=account_id)


@pytest.mark.parametrize("place", ["", "?limit=1", "/{0}"])
def test_it_is_fetched_once_and_again_under_a_new_name(
    client: FlaskClient, world: World, investor: Actor, book: Book, place: str
) -> None:
    headers, url = bearer(investor), URL + place.format(book.holdings[0])
    tag = client.get(url, headers=headers).headers["ETag"]
    again = headers | {"If-None-Match": tag}
    assert client.get(url, headers=again).status_code == 304
    assert client.get(f"{URL}?limit=2", headers=again).status_code == 200

    with acting_as(Actor.system(world.firm_id).tenancy):
        rename(book.second_account, "Lane Pension of 1924")

    assert client.get(url, headers=again).status_code == 200


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "ä",
        "%00",
        forged("a\0", "b", "00000000-0000-4000-8000-000000000000"),
        forged("a", "b"),
        forged("a", "b", "no id"),
        forged("a", "b", 7),
        forged(["a"], {"b": 1}, None),
        base64.urlsafe_b64encode(b'["\\ud800","b","c"]').decode(),
        base64.urlsafe_b64encode(b"7").decode(),
        "A" * 3000,
        "",
    ],
)
def test_a_cursor_of_somebody_elses_making_leads_nowhere(client: FlaskClient, investor: Actor, cursor: str) -> None:
    answer = client.get(URL, query_string={"cursor": cursor}, headers=bearer(investor))

    assert (answer.status_code, answer.json["type"]) == (404, "urn:problem-type:unknown_cursor")


def test_a_cursor_leads_nobody_past_what_they_may_see(client: FlaskClient, world: World, book: Book) -> None:
    cursor = client.get(f"{URL}?limit=1", headers=bearer(world.manager)).json["next"]

    answer = client.get(URL, query_string={"cursor": cursor}, headers=bearer(world.another_investor))

    assert {UUID(item["id"]) for item in answer.json["items"]} <= {book.strange_holding}


def test_statements_do_not_grow_with_holdings(client: FlaskClient, world: World, investor: Actor, book: Book) -> None:
    headers = bearer(investor)
    client.get(URL, headers=headers)
    with noted_statements() as few:
        client.get(URL, headers=headers)
    for number in range(10):
        fund = make_vehicle(world.firm_id, f"More {number}")
        post_history(world.firm_id, book.account, fund, [("contribution", "2020-01-01", "5")])
    client.get(URL, headers=headers)
    with noted_statements() as many:
        client.get(URL, headers=headers)

    assert len(few) == len(many) == 2, many
