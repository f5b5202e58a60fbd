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
from tests.factories.filing import paper, scan
from tests.factories.investments import make_account
from tests.factories.signing import make_envelope
from tests.factories.web import sign_in
from tests.web.identity.test_factors import hidden


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


@pytest.fixture
def scanned(app: Flask, world: World) -> UUID:
    return make_document(world.firm_id, published=False, content=scan("Letter", None, None))


def test_scanned_pages_are_counted_and_published_by_who_says_to_have_looked(
    client: FlaskClient, world: World, scanned: UUID
) -> None:
    drain()
    sign_in(client, world.manager)
    place = f"/documents/handling/{scanned}/publish"
    asked = client.get(place).text
    assert "2 pages hold no text" in asked
    assert "I looked at each of them" in asked
    refused = client.post(place, data={"release": "checked"})
    assert refused.status_code == 422
    assert "2 of its pages are pictures" in refused.text
    assert "I looked at each of them" in refused.text
    done = client.post(place, data={"release": "checked", "looked": "y"}, follow_redirects=True)
    assert "It is published." in done.text
    assert f"{world.manager.name} looked at them" in client.get(f"/documents/recipients/{scanned}").text


def test_who_publishes_says_beside_the_names_to_have_looked(client: FlaskClient, world: World, scanned: UUID) -> None:
    drain()
    place = f"/documents/recipients/{scanned}"
    sign_in(client, world.manager)
    shown = client.get(place).text
    before, _, _ = shown.partition("nobody else is named</button>")
    action = before.rpartition('action="')[2].partition('"')[0]
    sign_in(client, world.associate)
    assert "nobody else is named</button>" not in client.get(place).text
    assert client.post(action).status_code == 403
    sign_in(client, world.foreign_manager)
    assert client.post(action).status_code == 404
    sign_in(client, world.manager)
    assert "looked at them on" in client.post(action, follow_redirects=True).text


def test_a_page_stops_giving_and_asking_too(client: FlaskClient, world: World) -> None:
    """What is refused elsewhere is told where it was asked for, with the place."""
    sign_in(client, world.manager)
    letter = make_document(world.firm_id, content=paper("Letter"))
    given = {"email": "ben.ortiz@example.com"}
    assert client.post(f"/documents/grants/{letter}", data=given).status_code == 303
    late = make_document(world.firm_id, content=paper("To the Late Group"))
    for name in ("Late Group", "Agreement Partners"):
        make_account(world.firm_id, name)
    refused = client.post(f"/documents/grants/{late}", data=given)
    assert (refused.status_code, "name on page 1, line 1" in refused.text) == (422, True)
    envelope = make_envelope(world.manager, (world.investor, 1), title="For Agreement Partners", sent=False)
    place = f"/documents/envelopes/{envelope}"
    sent = client.post(f"{place}/send", data={"seen": hidden(client.get(place), "seen")}, follow_redirects=True).text
    assert "name in its title" in sent
