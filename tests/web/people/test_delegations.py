"""Letting somebody in, coming in as a delegate, and the log of what they looked at, as pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.analytics.looks.queries import list_looks
from portal.domain.identity.access.values import Actor, Role
from portal.domain.investments.ledger.queries.holdings import list_holdings
from portal.domain.investments.statements.queries.statements import list_published_statements
from portal.domain.investments.statements.values.statements import StatementFilter
from portal.domain.people.delegations.queries import list_given_delegations
from portal.domain.people.delegations.values import Scope
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.delegations import PAPERS, let_in
from tests.factories.identity import PASSWORD, make_user
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.statements import HISTORY, publish_run
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, link_in

EMAIL = "sam.reed@example.com"
NEW = "turnip lantern over Oslo"
PAGE = "/people/delegations"


@dataclass(frozen=True)
class Estate:
    shared: UUID
    kept: UUID
    statement: UUID
    kept_statement: UUID


@pytest.fixture
def estate(app: Flask, world: World) -> Estate:
    """Two accounts of an investor with a statement each."""
    accounts = []
    for name in ("Lane Trust", "Lane Pension"):
        account, fund = make_account(world.firm_id, name, world.investor), make_vehicle(world.firm_id, f"{name} Fund")
        post_history(world.firm_id, account, fund, HISTORY)
        publish_run(world.manager, fund)
        accounts.append(account)
    with acting_as(world.investor.tenancy):
        found = {each.account_id: each.id for each in list_published_statements(world.investor, StatementFilter())}
    return Estate(accounts[0], accounts[1], found[accounts[0]], found[accounts[1]])


@pytest.fixture
def delegate(estate: Estate, world: World) -> Actor:
    return make_user(world.firm_id, EMAIL, Role.DELEGATE)


def given(estate: Estate, **more: object) -> dict[str, object]:
    until = (clock.today() + timedelta(days=30)).isoformat()
    usual = {"called": "Sam", "email": EMAIL, "relation": "accountant", "accounts": [str(estate.shared)]}
    return {**usual, "scopes": ["statements"], "until": until, **more}


def test_somebody_is_let_in_comes_by_the_mail_and_sees_what_was_chosen(
    app: Flask, client: FlaskClient, estate: Estate, investor: Actor, post: Post
) -> None:
    sign_in(client, investor)
    assert "Nobody else sees your accounts" in client.get(PAGE).text
    assert "Lane Pension" in client.get(f"{PAGE}/new").text
    done = client.post(PAGE, data=given(estate), follow_redirects=True)
    assert "Sam may see what you chose" in done.text
    assert "Lane Trust" in done.text
    (mail,) = (each for each in post() if EMAIL in each)
    assert "Ada Lane lets you see" in mail
    browser, link = app.test_client(), link_in(mail, "invitations")
    assert browser.post(link, data={"name": "Sam Reed", "password": NEW}).location == "/"
    assert browser.get("/").location == PAGE
    mine = browser.get(PAGE).text
    assert "Ada Lane" in mine
    assert "Let somebody in" not in mine
    assert "Lane Trust" in browser.get("/investments/statements").text
    assert browser.get(f"/investments/statements/{estate.statement}").status_code == 200
    assert browser.get(f"/investments/statements/{estate.statement}/download").status_code == 303
    assert browser.get(f"/investments/statements/{estate.kept_statement}").status_code == 404
    assert "Nothing is held yet" in browser.get("/investments/portfolio").text
    for path in (f"{PAGE}/new", f"{PAGE}/log", "/users", "/investments/vehicles", "/operations/audit"):
        assert browser.get(path).status_code == 403, path
    assert browser.post(PAGE, data=given(estate, email="x@example.com")).status_code == 403


def test_who_has_a_sign_in_is_written_to_without_a_link(
    client: FlaskClient, estate: Estate, delegate: Actor, investor: Actor, post: Post
) -> None:
    let_in(investor, EMAIL, [estate.shared])
    (mail,) = (each for each in post() if EMAIL in each)
    assert "/sign-in" in mail
    assert "/invitations/" not in mail
    answers = {client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).location}
    assert answers == {"/"}


def test_it_is_over_with_the_next_request(
    app: Flask, client: FlaskClient, estate: Estate, delegate: Actor, investor: Actor
) -> None:
    delegation = let_in(investor, EMAIL, [estate.shared])
    sign_in(client, investor)
    browser = sign_in(app.test_client(), delegate)
    first = browser.get("/investments/portfolio")
    assert "Lane Trust" in first.text
    assert client.post(f"{PAGE}/{delegation}/end").status_code == 303
    again = browser.get("/investments/portfolio", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, "Lane Trust" in again.text) == (200, False)
    assert browser.get(f"/investments/statements/{estate.statement}").status_code == 404
    assert browser.get(f"/investments/statements/{estate.statement}/download").status_code == 404
    assert client.post(f"{PAGE}/{delegation}/end").status_code == 404
    assert "ended" in client.get(PAGE).text


def test_a_bad_form_keeps_what_was_typed(client: FlaskClient, estate: Estate, investor: Actor) -> None:
    sign_in(client, investor)
    late = (clock.today() + timedelta(days=400)).isoformat()
    for wrong, says in (
        ({"until": late}, "at most a year ahead"),
        ({"accounts": []}, "Choose at least one account"),
        ({"scopes": []}, "Choose at least one thing"),
        ({"email": "manager@example.com"}, "cannot be let in"),
        ({"accounts": ["not an id"]}, "problems-title"),
    ):
        answer = client.post(PAGE, data=given(estate, **wrong))
        assert answer.status_code == 422
        assert says in answer.text
        assert 'value="Sam"' in answer.text


def test_another_last_day(client: FlaskClient, estate: Estate, delegate: Actor, world: World) -> None:
    delegation = let_in(world.investor, EMAIL, [estate.shared])
    sign_in(client, world.investor)
    day = clock.today() + timedelta(days=200)
    assert client.get(f"{PAGE}/{delegation}").status_code == 200
    assert client.post(f"{PAGE}/{delegation}/renew", data={"until": day.isoformat()}).status_code == 303
    assert client.post(f"{PAGE}/{delegation}/renew", data={"until": "2001-01-01"}).status_code == 422
    with acting_as(world.investor.tenancy):
        assert [each.until for each in list_given_delegations(world.investor)] == [day]
    sign_in(client, world.another_investor)
    assert client.get(f"{PAGE}/{delegation}").status_code == 404
    assert client.post(f"{PAGE}/{delegation}/renew", data={"until": day.isoformat()}).status_code == 404


def test_letting_in_asks_for_a_proof(client: FlaskClient, estate: Estate, investor: Actor) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        assert "Prove that it is you" in client.post(PAGE, data=given(estate)).text


@pytest.fixture
def looking(app: Flask, estate: Estate, delegate: Actor, investor: Actor) -> FlaskClient:
    let_in(investor, EMAIL, [estate.shared])
    return sign_in(app.test_client(), delegate)


def looks_of(investor: Actor) -> list[tuple[str | None, str | None, bool, str | None]]:
    return [(each.who, each.page, each.file, each.vehicle) for each in list_looks(investor)][::-1]


def test_the_investor_reads_what_was_looked_at(
    client: FlaskClient, looking: FlaskClient, estate: Estate, world: World
) -> None:
    for _ in range(3):
        looking.get("/investments/portfolio")
        looking.get(f"/investments/statements/{estate.statement}")
    for _ in range(2):
        looking.get(f"/investments/statements/{estate.statement}/download")
    looking.get("/security")
    looking.get(f"/investments/statements/{estate.kept_statement}")
    who, fund = "Sam the accountant", "Lane Trust Fund"
    assert looks_of(world.investor) == [
        (who, "portfolio", False, None),
        (who, "statements", False, fund),
        (who, "statements", True, fund),
        (who, "statements", True, fund),
    ]
    assert looks_of(world.another_investor) == looks_of(world.foreign_investor) == []
    sign_in(client, world.investor)
    text = client.get(f"{PAGE}/log").text
    assert who in text
    assert "file taken" in text


def test_an_investor_reads_only_what_was_theirs(app: Flask, looking: FlaskClient, estate: Estate, world: World) -> None:
    other = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    let_in(world.another_investor, EMAIL, [other], PAPERS)
    looking.get(f"/investments/statements/{estate.statement}")
    assert looks_of(world.another_investor) == []
    looking.get("/investments/statements")
    looking.get(f"/investments/transactions?account={estate.shared}")
    assert [look[1] for look in looks_of(world.another_investor)] == ["statements"]
    assert [look[1] for look in looks_of(world.investor)] == ["statements", "statements", "transactions"]


def test_an_address_that_narrows_nothing_hides_nobody(looking: FlaskClient, estate: Estate, world: World) -> None:
    other = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    let_in(world.another_investor, EMAIL, [other])
    post_history(world.firm_id, other, make_vehicle(world.firm_id, "Ortiz Fund"), HISTORY)
    with acting_as(world.manager.tenancy):
        holding = next(
            each.id for each in list_holdings(world.manager, as_of=clock.today()) if each.account == "Ortiz Holdings"
        )
    for page in ("portfolio", "statements"):
        assert "Lane Trust" in looking.get(f"/investments/{page}?holding={holding}").text
        assert page in [look[1] for look in looks_of(world.investor)]


def test_apps_are_noted_too(
    client: FlaskClient, looking: FlaskClient, delegate: Actor, estate: Estate, investor: Actor
) -> None:
    del looking
    headers = bearer(delegate)
    statement = f"/api/v1/investments/statements/{estate.statement}"
    assert client.get("/api/v1/investments/portfolio", headers=headers).status_code == 200
    assert client.get(f"{statement}/download", headers=headers).status_code == 303
    assert client.get(f"/api/v1/investments/statements/{estate.kept_statement}", headers=headers).status_code == 404
    assert [look[1:3] for look in looks_of(investor)] == [("portfolio", False), ("statements", True)]


def test_an_investors_own_pages_are_not_noted(client: FlaskClient, looking: FlaskClient, investor: Actor) -> None:
    del looking
    sign_in(client, investor).get("/investments/portfolio")
    assert looks_of(investor) == []


def test_scopes_are_the_ones_that_the_page_offers(client: FlaskClient, estate: Estate, investor: Actor) -> None:
    text = sign_in(client, investor).get(f"{PAGE}/new").text
    assert all(f'value="{scope}"' in text for scope in Scope)
