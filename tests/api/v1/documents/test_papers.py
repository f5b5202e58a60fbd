"""Papers over the API: sent by investors, decided on by the staff."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.jobs.drain import drain
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.investments import make_account
from tests.factories.papers import send
from tests.factories.uploads import paper

PAPERS = "/api/v1/papers"


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


def sent(account: object, **more: str) -> dict[str, Any]:
    file = (io.BytesIO(paper()), "Passport.pdf")
    fields = {"file": file, "account": str(account), "type": "identification", **more}
    return {"data": fields, "content_type": "multipart/form-data"}


def test_a_paper_is_sent_and_accepted(client: FlaskClient, world: World, account: UUID) -> None:
    mine, desk = bearer(world.investor), bearer(world.manager)
    made = client.post(PAPERS, headers=mine, **sent(account, note="As you asked"))
    assert (made.status_code, made.json["standing"], made.json["document_id"]) == (202, "received", None)
    drain()
    assert client.get(PAPERS, headers=mine).json["items"][0]["standing"] == "checked"
    (waiting,) = client.get(f"{PAPERS}/received", headers=desk).json["items"]
    assert (waiting["note"], waiting["account"]) == ("As you asked", "Lane Family Trust")
    accepted = client.post(f"{PAPERS}/{waiting['id']}/accept", json={}, headers=desk).json
    assert accepted["published"] is True
    assert client.get(PAPERS, headers=mine).json["items"][0]["document_id"] == accepted["document_id"]
    document = client.get(f"/api/v1/documents/{accepted['document_id']}", headers=mine).json
    assert (document["title"], document["type"]) == ("Passport", "identification")


def test_a_paper_is_sent_back(client: FlaskClient, world: World, account: UUID) -> None:
    paper_id = send(world.investor, account)
    place = f"{PAPERS}/{paper_id}/return"
    assert client.post(place, json={"comment": ""}, headers=bearer(world.manager)).status_code == 422
    assert client.post(place, json={"comment": "Too dark"}, headers=bearer(world.manager)).status_code == 204
    (own,) = client.get(PAPERS, headers=bearer(world.investor)).json["items"]
    assert (own["standing"], own["message"]) == ("returned", "Too dark")
    again = client.post(place, json={"comment": "Too dark"}, headers=bearer(world.manager))
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:already_decided")


def test_only_for_accounts_of_one_s_own(client: FlaskClient, world: World, account: UUID) -> None:
    answers = [client.post(PAPERS, headers=bearer(world.another_investor), **sent(each)) for each in (account, uuid4())]
    assert [each.status_code for each in answers] == [422, 422]
    assert answers[0].json["errors"] == answers[1].json["errors"]
    assert client.post(PAPERS, headers=bearer(world.manager), **sent(account)).status_code == 403


def test_only_who_decides_may(client: FlaskClient, world: World, account: UUID) -> None:
    place = f"{PAPERS}/{send(world.investor, account)}/accept"
    for person, status in ((world.investor, 403), (world.associate, 403), (world.foreign_manager, 404)):
        assert client.post(place, json={}, headers=bearer(person)).status_code == status
