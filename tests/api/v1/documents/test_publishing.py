"""Publishing documents over the API and taking them back, as who publishes may on the page."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.platform import clock
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.documents import make_document
from tests.factories.investments import make_account
from tests.factories.uploads import paper

DOCUMENTS = "/api/v1/documents"


@pytest.fixture
def draft(app: Flask, world: World) -> UUID:
    make_account(world.firm_id, "Lane Family Trust", world.investor)
    return make_document(world.firm_id, "Unsaid", published=False)


@pytest.fixture
def desk(client: FlaskClient, world: World) -> Headers:
    return bearer(world.manager)


def test_it_is_published_and_taken_back(client: FlaskClient, world: World, desk: Headers, draft: UUID) -> None:
    mine, address = bearer(world.investor), f"{DOCUMENTS}/{draft}"
    assert client.get(address, headers=mine).status_code == 404
    published = client.post(f"{address}/publish", json={"tell": False}, headers=desk)
    assert (published.status_code, published.json["state"]) == (200, "published")
    assert client.get(address, headers=mine).json["title"] == "Unsaid"
    assert client.post(f"{address}/archive", headers=desk).json["state"] == "archived"
    assert client.get(address, headers=mine).status_code == 404
    again = client.post(f"{address}/archive", headers=desk)
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:wrong_state")


def test_it_waits_for_its_moment(client: FlaskClient, world: World, desk: Headers, draft: UUID) -> None:
    at, address = clock.now() + timedelta(days=2), f"{DOCUMENTS}/{draft}"
    wanted = {"at": at.isoformat(), "tell": False}
    assert client.post(f"{address}/publish", json=wanted, headers=desk).json["state"] == "scheduled"
    assert client.post(f"{address}/unschedule", headers=desk).json["publish_at"] is None
    waiting = client.post(f"{address}/publish", json=wanted, headers=desk).json
    assert (waiting["state"], waiting["publish_at"]) == ("scheduled", at.isoformat())
    assert client.get(address, headers=bearer(world.investor)).status_code == 404


def test_only_who_publishes_may(client: FlaskClient, world: World, draft: UUID) -> None:
    for person in (world.investor, world.associate):
        assert client.post(f"{DOCUMENTS}/{draft}/publish", json={}, headers=bearer(person)).status_code == 403
    foreign = client.post(f"{DOCUMENTS}/{draft}/publish", json={}, headers=bearer(world.foreign_manager))
    assert foreign.status_code == 404


def test_what_was_not_checked_is_not_published(client: FlaskClient, desk: Headers, draft: UUID) -> None:
    file = {"file": (io.BytesIO(paper()), "terms.pdf")}
    client.post(f"{DOCUMENTS}/{draft}/versions", data=file, content_type="multipart/form-data", headers=desk)
    refused = client.post(f"{DOCUMENTS}/{draft}/publish", json={}, headers=desk)
    assert (refused.status_code, refused.json["type"]) == (409, "urn:problem-type:not_checked")
