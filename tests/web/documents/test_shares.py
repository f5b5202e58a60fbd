"""Giving a document to one more person, as the staff do it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.queries.documents import list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.shares import READER, make_share
from tests.factories.web import sign_in


@pytest.fixture
def document_id(app: Flask, world: World) -> UUID:
    return make_document(world.firm_id)


@pytest.fixture
def desk(client: FlaskClient, world: World) -> FlaskClient:
    return sign_in(client, world.manager)


def typed(**more: str) -> dict[str, str]:
    until = (clock.today() + timedelta(days=7)).isoformat()
    return {"name": "Rea Outside", "email": READER, "until": until, "view_only": "y", "note": "As agreed", **more}


def test_a_reader_outside_is_given_it_and_it_is_taken_back(desk: FlaskClient, document_id: UUID) -> None:
    address = f"/documents/shares/{document_id}"
    assert address in desk.get(f"/documents/{document_id}").text
    assert "No reader outside has it" in desk.get(address).text
    given = desk.post(address, data=typed(), follow_redirects=True)
    assert "Rea Outside is sent a link that opens it for them alone." in given.text
    assert READER in given.text
    assert "not yet" in given.text
    assert "read here" in given.text
    revoke = next(part for part in given.text.split('"') if part.endswith("/revoke"))
    gone = desk.post(revoke, follow_redirects=True)
    assert "The link opens nothing any more." in gone.text
    assert "taken back" in gone.text
    assert desk.post(revoke).status_code == 404


def test_who_signs_in_here_finds_it_among_their_documents(desk: FlaskClient, world: World, app: Flask) -> None:
    document_id = make_document(world.firm_id)
    address, investor = f"/documents/shares/{document_id}", world.investor
    given = desk.post(address, data=typed(email=" Ada.Lane@example.com "), follow_redirects=True)
    assert "Ada Lane signs in here, and finds it among their documents." in given.text
    assert "No reader outside has it" in given.text
    with acting_as(investor.tenancy):
        assert document_id in {each.id for each in list_documents(investor, DocumentFilter())}
    taken = desk.post(f"{address}/people/{investor.user_id}/revoke", follow_redirects=True)
    assert "no longer among this person&#39;s documents" in taken.text
    with acting_as(investor.tenancy):
        assert document_id not in {each.id for each in list_documents(investor, DocumentFilter())}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email": "nobody"}, "This is no e-mail address."),
        ({"name": ""}, "Say whom it is for."),
        ({"until": "2020-01-01"}, "Choose a day from today to a year from now."),
        ({"until": ""}, "Choose the last day."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: FlaskClient, document_id: UUID, wrong: dict[str, str], told: str
) -> None:
    refused = desk.post(f"/documents/shares/{document_id}", data=typed(**wrong))
    assert refused.status_code == 422
    assert told in refused.text
    assert "As agreed" in refused.text
    assert "No reader outside has it" in refused.text


def test_a_draft_is_not_shared(desk: FlaskClient, world: World) -> None:
    draft = make_document(world.firm_id, published=False)
    refused = desk.post(f"/documents/shares/{draft}", data=typed())
    assert refused.status_code == 422
    assert "Publish the document first" in refused.text


def test_it_asks_who_it_is_again(desk: FlaskClient, document_id: UUID) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        asked = desk.post(f"/documents/shares/{document_id}", data=typed())
        assert "Prove that it is you" in asked.text
    assert asked.status_code == 422
    assert "No reader outside has it" in desk.get(f"/documents/shares/{document_id}").text


def test_others_may_not(app: Flask, world: World, document_id: UUID) -> None:
    share_id = make_share(world.manager, document_id)
    address = f"/documents/shares/{document_id}"
    for actor, status in (
        (world.associate, 403),
        (world.auditor, 403),
        (world.investor, 403),
        (world.foreign_manager, 404),
    ):
        browser = sign_in(app.test_client(), actor)
        assert browser.get(address).status_code == status
        assert browser.post(address, data=typed()).status_code == status
        assert browser.post(f"{address}/{share_id}/revoke").status_code == status
        assert browser.post(f"{address}/people/{world.investor.user_id}/revoke").status_code == status
