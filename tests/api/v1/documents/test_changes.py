"""The feed of changes over the API: a cursor is its reader's, and cannot be made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.services.publishing import archive_document
from portal.domain.identity.access.values import Actor, Role
from portal.platform.ids import new_id
from portal.platform.tenancy import acting_as
from tests.factories.api import bearer
from tests.factories.documents import make_document
from tests.factories.identity import found_firm, make_user
from tests.factories.investments import make_account

CHANGES = "/api/v1/documents/changes"


@dataclass(frozen=True)
class Firm:
    """A firm of its own, as what is told has to be committed."""

    manager: Actor
    one: Actor
    two: Actor


@pytest.fixture
def firm(committed_app: Flask) -> Iterator[Firm]:
    with committed_app.app_context():
        firm_id = found_firm(f"feed-{new_id().hex}", "Feed Capital")
        manager = make_user(firm_id, f"{new_id()}@example.com", Role.MANAGER)
        one, two = (make_user(firm_id, f"{new_id()}@example.com", Role.INVESTOR) for _ in range(2))
        make_account(firm_id, "Lane Family Trust", one, two)
        yield Firm(manager, one, two)


def test_an_app_follows_what_happens(committed_app: Flask, firm: Firm) -> None:
    client: FlaskClient = committed_app.test_client()
    mine = bearer(firm.one)
    first, second = (make_document(firm.manager.firm_id, title) for title in ("First", "Second"))
    begun = client.get(CHANGES, query_string={"limit": "1"}, headers=mine).json
    assert [each["document"]["title"] for each in begun["items"]] == ["First"]
    assert (begun["more"], begun["anew"]) == (True, False)
    rest = client.get(CHANGES, query_string={"since": begun["next"]}, headers=mine).json
    assert ([each["id"] for each in rest["items"]], rest["more"]) == ([str(second)], False)
    with acting_as(firm.manager.tenancy):
        archive_document(firm.manager, first)
    gone = client.get(CHANGES, query_string={"since": rest["next"]}, headers=mine).json
    assert gone["items"] == [{"id": str(first), "document": None}]
    for cursor in ("none", "", rest["next"][:-2], rest["next"][::-1], "é"):
        refused = client.get(CHANGES, query_string={"since": cursor}, headers=mine)
        assert (refused.status_code, refused.json["type"]) == (404, "urn:problem-type:unknown_cursor")
    assert client.get(CHANGES, query_string={"since": rest["next"]}, headers=bearer(firm.two)).status_code == 404
