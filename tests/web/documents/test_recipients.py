"""Whom a document names, as a page."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.values.documents import Audience
from portal.jobs.drain import drain
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.filing import paper
from tests.factories.investments import make_account
from tests.factories.web import sign_in


@pytest.fixture
def document(app: Flask, world: World) -> UUID:
    mine = make_account(world.firm_id, "Lane Family Trust", world.investor)
    make_account(world.firm_id, "Harbour Point LP", world.another_investor)
    content = paper("Lane Family Trust\nCopy to Harbour Point LP")
    return make_document(world.firm_id, audience=Audience.ACCOUNT, account_id=mine, published=False, content=content)


def clearing(page: str) -> str:
    """The address to which the page's form for clearing goes."""
    start = page.index('action="/documents/', page.index("<tbody>")) + 8
    return page[start : page.index('"', start)]


def test_who_is_named_is_shown_and_cleared_with_a_reason(client: FlaskClient, world: World, document: UUID) -> None:
    sign_in(client, world.manager)
    place = f"/documents/recipients/{document}"
    assert "It was not read yet" in client.get(place).text
    drain()
    shown = client.get(place).text
    assert "Harbour Point LP" in shown
    assert "Page 1, line 2" in shown
    action = clearing(shown)
    empty = client.post(action, data={"reason": ""})
    assert (empty.status_code, "Say why they may be named" in empty.text) == (422, True)
    assert "Sister fund" in client.post(action, data={"reason": "Sister fund"}, follow_redirects=True).text
    assert client.post(action.replace("/name/", "/number/"), data={"reason": "x"}).status_code == 404


def test_only_who_publishes_clears_and_only_staff_look(client: FlaskClient, world: World, document: UUID) -> None:
    drain()
    sign_in(client, world.manager)
    place = f"/documents/recipients/{document}"
    action = clearing(client.get(place).text)
    for person, looks, clears in (
        (world.associate, 200, 403),
        (world.auditor, 200, 403),
        (world.investor, 403, 403),
        (world.foreign_manager, 404, 404),
    ):
        sign_in(client, person)
        assert client.get(place).status_code == looks
        assert client.post(action, data={"reason": "x"}).status_code == clears
