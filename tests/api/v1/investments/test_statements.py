"""Statements: what was published, as it was published, to those it is for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.statements import get_statement, list_published_statements
from portal.domain.investments.statements.values.statements import Statement, StatementFilter
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, Q1, Q2, Q3, prepare_run, publish_run, statements_of
from tests.statements import noted_statements

URL = "/api/v1/investments/statements"


@pytest.fixture
def fund(app: Flask, world: World) -> UUID:
    """A fund in which two investors have an account each."""
    fund_id = make_vehicle(world.firm_id, "Harbour Buyout I")
    for name, member in (("Lane Family Trust", world.investor), ("Ortiz Secret Holdings", world.another_investor)):
        post_history(world.firm_id, make_account(world.firm_id, name, member), fund_id, HISTORY)
    return fund_id


def published(actor: Actor) -> list[Statement]:
    """The statements in force that this person may see."""
    with acting_as(actor.tenancy):
        return [get_statement(actor, each.id) for each in list_published_statements(actor, StatementFilter())]


def test_the_list_holds_ones_own_latest_first(client: FlaskClient, world: World, fund: UUID) -> None:
    for period in (Q1, Q2, Q3):
        publish_run(world.manager, fund, period)
    items = client.get(URL, headers=bearer(world.investor)).json["items"]

    assert [item["period"] for item in items] == ["2025-Q3", "2025-Q2", "2025-Q1"]
    assert {item["account"] for item in items} == {"Lane Family Trust"}
    assert (items[0]["nav"], items[0]["currency"], items[0]["state"]) == ("651000.10", "USD", "published")
    assert (items[0]["starts_on"], items[0]["ends_on"]) == ("2025-07-01", "2025-09-30")


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_pages_hold_each_statement_once(client: FlaskClient, world: World, fund: UUID, limit: int) -> None:
    for period in (Q1, Q2, Q3):
        publish_run(world.manager, fund, period)
    headers, found, cursor = bearer(world.manager), [], {}
    while True:
        page = client.get(URL, query_string={"limit": limit} | cursor, headers=headers).json
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert found == [str(each.summary.id) for each in published(world.manager)]
    assert len(set(found)) == 6


def test_it_is_narrowed(client: FlaskClient, world: World, fund: UUID) -> None:
    publish_run(world.manager, fund)
    headers = bearer(world.investor)
    mine = published(world.investor)[0].summary
    number = {
        query: len(client.get(f"{URL}?{query}", headers=headers).json["items"])
        for query in (f"account={mine.account_id}", f"vehicle={fund}", "year=2025", "year=2024", f"account={new_id()}")
    }

    assert list(number.values()) == [1, 1, 1, 0, 0]
    for wrong in ("year=0", "year=99999", "year=MMXX", "account=x"):
        assert client.get(f"{URL}?{wrong}", headers=headers).status_code == 422


def test_one_statement_says_what_was_frozen(client: FlaskClient, world: World, fund: UUID) -> None:
    publish_run(world.manager, fund)
    frozen = published(world.investor)[0]
    told = client.get(f"{URL}/{frozen.summary.id}", headers=bearer(world.investor)).json

    for lines, expected in (
        (told["account_lines"], frozen.snapshot.account_lines),
        (told["commitment_lines"], frozen.snapshot.commitment_lines),
    ):
        assert [line["code"] for line in lines] == [line.code for line in expected]
        for line, known in zip(lines, expected, strict=True):
            amounts = tuple(Decimal(line[column]) for column in ("period", "year", "inception"))
            assert amounts == (known.period, known.year, known.inception), line
    assert_same_returns(told["figures"], frozen)
    assert told["figures"]["unfunded"] == "350000.00"
    assert (told["account"], told["firm"]) == ("Lane Family Trust", "Harbour Capital")
    assert len(told["transactions"]) == len(frozen.snapshot.transactions) > 0
    assert told["digest"] == (frozen.file and frozen.file.digest)
    assert any("actual/365" in note and "2025-09-30" in note for note in told["notes"])
    assert (told["correction"], told["replaced_by"]) == (None, None)


def assert_same_returns(told: dict[str, Any], frozen: Statement) -> None:
    """The returns are those of the snapshot."""
    stated = frozen.snapshot.performance
    for name in ("commitment", "paid_in", "distributed", "nav"):
        assert Decimal(told[name]) == getattr(stated, name), name
    for name in ("dpi", "rvpi", "tvpi", "pic", "irr"):
        value = getattr(stated, name)
        assert (told[name] is None) == (value is None), name
        assert value is None or Decimal(told[name]) == value, name
    assert told["as_of"] == stated.as_of.isoformat()


def test_what_is_posted_later_changes_nothing(client: FlaskClient, world: World, fund: UUID) -> None:
    publish_run(world.manager, fund)
    summary = published(world.investor)[0].summary
    url, headers = f"{URL}/{summary.id}", bearer(world.investor)
    before = client.get(url, headers=headers)

    post_history(world.firm_id, summary.account_id, fund, [("fee", "2025-09-20", "100")])

    assert client.get(url, headers=headers | {"If-None-Match": before.headers["ETag"]}).status_code == 304
    assert client.get(url, headers=headers).data == before.data


def test_a_correction_says_what_it_corrects(client: FlaskClient, world: World, fund: UUID) -> None:
    publish_run(world.manager, fund)
    first = published(world.investor)[0].summary
    headers = bearer(world.investor)
    tag = client.get(f"{URL}/{first.id}", headers=headers).headers["ETag"]
    post_history(world.firm_id, first.account_id, fund, [("fee", "2025-09-20", "100")])
    publish_run(world.manager, fund, reason="A fee was missing.")
    second = published(world.investor)[0].summary

    old = client.get(f"{URL}/{first.id}", headers=headers | {"If-None-Match": tag})
    new = client.get(f"{URL}/{second.id}", headers=headers)

    assert (old.status_code, old.json["state"], old.json["replaced_by"]) == (200, "superseded", str(second.id))
    assert (new.json["version"], new.json["correction"]["reason"]) == (2, "A fee was missing.")
    assert new.json["correction"]["changes"]
    assert [item["id"] for item in client.get(URL, headers=headers).json["items"]] == [str(second.id)]


def test_the_pdf_comes_by_a_link_without_a_token(client: FlaskClient, world: World, fund: UUID) -> None:
    publish_run(world.manager, fund)
    frozen = published(world.investor)[0]
    headers = bearer(world.investor)
    shown = client.get(f"{URL}/{frozen.summary.id}", headers=headers).json
    answer = client.get(shown["download"], headers=headers)

    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (303, b"", "no-store")
    assert client.get(answer.location).data.startswith(b"%PDF-")


@pytest.mark.parametrize("person", ["another_investor", "foreign_investor", "foreign_manager"])
@pytest.mark.parametrize("place", ["", "/download"])
def test_to_others_it_is_as_if_it_were_not(
    client: FlaskClient, world: World, fund: UUID, person: str, place: str
) -> None:
    publish_run(world.manager, fund)
    hidden, headers = published(world.investor)[0].summary.id, bearer(getattr(world, person))
    seen, random = (client.get(f"{URL}/{each}{place}", headers=headers) for each in (hidden, new_id()))

    own = {"instance": "", "request_id": ""}
    assert seen.status_code == random.status_code == 404
    assert seen.json | own == random.json | own
    assert "Lane" not in client.get(URL, headers=headers).text


def test_what_is_not_published_is_not_there(client: FlaskClient, world: World, fund: UUID) -> None:
    run_id = prepare_run(world.manager, fund)
    mine = next(each for each in statements_of(world.manager, run_id) if each.account == "Lane Family Trust")
    headers = bearer(world.investor)

    assert client.get(URL, headers=headers).json == {"items": [], "next": None}
    assert client.get(f"{URL}/{mine.id}", headers=headers).status_code == 404
    assert client.get(f"{URL}/{mine.id}/download", headers=headers).status_code == 404
    assert client.get(f"{URL}/{mine.id}", headers=bearer(world.manager)).json["state"] == "ready"


@pytest.mark.parametrize("place", ["", "/{0}", "/{0}/download"])
def test_nothing_without_a_token(client: FlaskClient, world: World, place: str) -> None:
    assert client.get(URL + place.format(new_id())).status_code == 401
    assert client.get(URL + place.format(new_id()), headers=bearer(world.administrator)).status_code == 403


def test_statements_sent_do_not_grow_with_the_list(client: FlaskClient, world: World, fund: UUID) -> None:
    headers = bearer(world.investor)
    publish_run(world.manager, fund, Q1)
    with noted_statements() as few:
        client.get(URL, headers=headers)
    for period in (Q2, Q3):
        publish_run(world.manager, fund, period)
    with noted_statements() as many:
        client.get(URL, headers=headers)

    assert len(few) == len(many) == 2, many
