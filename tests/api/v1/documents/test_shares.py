"""Giving documents to people by name over the API, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.values.documents import Audience
from portal.platform import clock
from tests.conftest import World
from tests.factories.api import Headers, bearer
from tests.factories.documents import make_document
from tests.factories.shares import READER

DOCUMENTS = "/api/v1/documents"


@pytest.fixture
def document_id(app: Flask, world: World) -> UUID:
    return make_document(world.firm_id, "Named", audience=Audience.NAMED)


@pytest.fixture
def desk(client: FlaskClient, world: World) -> Headers:
    return bearer(world.manager)


def given(email: str = READER) -> dict[str, object]:
    return {"name": "Rea Outside", "email": email, "until": (clock.today() + timedelta(days=7)).isoformat()}


def test_a_reader_outside_has_it_until_it_is_taken_back(client: FlaskClient, desk: Headers, document_id: UUID) -> None:
    shares = f"{DOCUMENTS}/{document_id}/shares"
    assert client.post(shares, json=given(), headers=desk).json == {"user_id": None}
    (share,) = client.get(shares, headers=desk).json["outside"]
    assert (share["email"], share["state"], share["view_only"], share["devices"]) == (READER, "open", True, [])
    assert client.delete(f"{shares}/{share['id']}", headers=desk).status_code == 204
    assert client.get(shares, headers=desk).json["outside"][0]["state"] == "revoked"
    assert client.delete(f"{shares}/{share['id']}", headers=desk).status_code == 404


def test_who_signs_in_here_finds_it_among_their_documents(
    client: FlaskClient, world: World, desk: Headers, document_id: UUID
) -> None:
    shares, mine = f"{DOCUMENTS}/{document_id}/shares", bearer(world.investor)
    assert client.get(f"{DOCUMENTS}/{document_id}", headers=mine).status_code == 404
    made = client.post(shares, json=given("ada.lane@example.com"), headers=desk).json
    assert made == {"user_id": str(world.investor.user_id)}
    assert client.get(f"{DOCUMENTS}/{document_id}", headers=mine).status_code == 200
    (person,) = client.get(shares, headers=desk).json["people"]
    assert (person["user_id"], person["granted_by"]) == (made["user_id"], world.manager.name)
    people = f"{DOCUMENTS}/{document_id}/people/{made['user_id']}"
    assert client.delete(people, headers=desk).status_code == 204
    assert client.get(f"{DOCUMENTS}/{document_id}", headers=mine).status_code == 404


def test_sharing_asks_who_it_is_again(client: FlaskClient, world: World, document_id: UUID) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=6)):
        stale = bearer(world.manager, length=timedelta(hours=1))
    refused = client.post(f"{DOCUMENTS}/{document_id}/shares", json=given(), headers=stale)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:proof_needed")


def test_only_who_publishes_may_and_only_what_is_theirs(client: FlaskClient, world: World, document_id: UUID) -> None:
    for person, status in ((world.investor, 403), (world.associate, 403), (world.foreign_manager, 404)):
        shares, headers = f"{DOCUMENTS}/{document_id}/shares", bearer(person)
        assert client.get(shares, headers=headers).status_code == status
        assert client.post(shares, json=given(), headers=headers).status_code == status
        assert client.delete(f"{shares}/{uuid4()}", headers=headers).status_code == status
        gone = client.delete(f"{DOCUMENTS}/{document_id}/people/{world.investor.user_id}", headers=headers)
        assert gone.status_code == status
