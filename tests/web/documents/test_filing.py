"""Filing in bulk, as pages."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.documents.filing.queries.batches import list_pieces
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.filing import paper
from tests.factories.investments import make_account
from tests.factories.web import sign_in

FIELDS = {"type": "tax_form", "period": "2025", "vehicle": "", "title": "K-1 {period}, {account}"}
PAGES = ("K-1\nLane Family Trust", "K-1\nHarbour Point LP", "K-1\nNobody we know\nPage 1 of 1")


@pytest.fixture
def accounts(app: Flask, world: World) -> tuple[UUID, UUID]:
    return (
        make_account(world.firm_id, "Lane Family Trust", world.investor),
        make_account(world.firm_id, "Harbour Point LP", world.another_investor),
    )


def send(client: FlaskClient, content: bytes = paper(*PAGES), name: str = "k1s.pdf", **fields: str) -> TestResponse:
    return client.post("/documents/filing", data={**FIELDS, **fields, "file": (io.BytesIO(content), name)})


def sent(client: FlaskClient) -> str:
    """The address of a batch that was read."""
    place = send(client).headers["Location"]
    drain()
    return place


def pieces(actor: Actor, place: str) -> list[UUID]:
    with acting_as(actor.tenancy):
        return [each.id for each in list_pieces(actor, UUID(place.rsplit("/", 1)[-1]))]


def test_a_batch_is_sent_reviewed_and_filed(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.manager)
    place = send(client).headers["Location"]
    assert "Reading k1s.pdf" in client.get(place).text
    assert "every 1s" in client.get(f"{place}/_progress").text
    drain()
    shown = client.get(place)
    assert "To review" in shown.text
    assert "90% sure" in shown.text
    assert "Names nobody the firm knows" in shown.text
    assert "k1s.pdf" in client.get("/documents/filing").text
    ask = client.get(f"{place}/confirm").text
    assert "File 2 documents" in ask
    assert "1 piece has no account" in ask
    assert client.post(f"{place}/confirm", data={"publish": "yes"}).status_code == 303
    drain()
    filed = client.get(place).text
    assert "Filed" in filed
    assert "Who is named in it" in filed


def test_a_bad_form_keeps_what_was_typed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    refused = send(client, name="notes.docx", title="Paper of {account}", period="2025-13")
    assert refused.status_code == 422
    assert "Write a year, quarter or month" in refused.text
    assert "Paper of {account}" in refused.text
    refused = send(client, name="notes.docx")
    assert (refused.status_code, "one PDF document or one ZIP archive" in refused.text) == (422, True)
    nothing = client.post("/documents/filing", data=FIELDS)
    assert (nothing.status_code, "Choose a PDF document" in nothing.text) == (422, True)


def test_a_large_file_comes_in_parts_and_goes_on_where_it_broke_off(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID]
) -> None:
    sign_in(client, world.associate)
    content = paper(*PAGES)
    data = {**FIELDS, "name": "k1s.pdf", "size": str(len(content))}
    place = client.post("/documents/filing", data=data).headers["Location"]
    assert client.post(f"{place}/parts/1", data=content[700:]).status_code == 204
    waiting = client.get(place).text
    assert "Parts of the file are missing" in waiting
    assert 'data-received="1"' in waiting
    assert "Parts of the file are missing" in client.post(f"{place}/received", follow_redirects=True).text
    client.post(f"{place}/parts/0", data=content[:700])
    client.post(f"{place}/received")
    drain()
    assert "To review" in client.get(place).text


def test_what_cannot_be_read_says_why(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    place = send(client, b"%PDF-1.4 nothing").headers["Location"]
    drain()
    assert "damaged" in client.get(place).text
    assert "damaged" not in client.post(f"{place}/discard", follow_redirects=True).text


def test_staff_say_whose_a_piece_is(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    first, second, third = pieces(world.associate, place)
    wrong = client.post(f"{place}/pieces/{third}", data={"account": "Lane Famly Trust"})
    assert wrong.status_code == 422
    assert "There is no account of this name or number" in wrong.text
    assert 'value="Lane Famly Trust"' in wrong.text
    assert client.post(f"{place}/pieces/{third}", data={"account": "lane  family trust"}).status_code == 303
    assert "Chosen" in client.get(place).text
    client.post(f"{place}/pieces/{second}/leave-out")
    assert "Left out" in client.get(place).text
    client.post(f"{place}/pieces/{first}/join")
    assert "1–2" in client.get(place).text
    client.post(f"{place}/pieces/{first}/split", data={"after": "1"})
    assert len(pieces(world.associate, place)) == 3
    assert (
        "Write a page from"
        in client.post(f"{place}/pieces/{first}/split", data={"after": "9"}, follow_redirects=True).text
    )
    assert client.get(f"{place}?show=doubtful").text.count('id="piece-') == 1


def test_only_who_publishes_is_offered_it(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    assert 'value="yes"' not in client.get(f"{place}/confirm").text
    assert client.post(f"{place}/confirm", data={"publish": "yes"}).status_code == 403


def test_investors_auditors_and_other_firms_are_kept_out(
    client: FlaskClient, world: World, accounts: tuple[UUID, UUID]
) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    (piece, *_) = pieces(world.associate, place)
    for person, status in ((world.investor, 403), (world.auditor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        for path in (place, f"{place}/_progress", f"{place}/confirm", f"{place}/discard"):
            assert client.get(path).status_code == status
        for path in ("confirm", "discard", "received", "parts/0", f"pieces/{piece}/join", f"pieces/{piece}/leave-out"):
            assert client.post(f"{place}/{path}", data=b"x" if path == "parts/0" else None).status_code == status
