"""Filing in bulk, as pages."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.jobs.drain import drain
from tests.conftest import World
from tests.factories.web import sign_in
from tests.web.documents.sending import FIELDS, PAGES, paper, send, sent


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
    assert "/documents/" in filed


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
    for person, status in ((world.investor, 403), (world.auditor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        for path in (place, f"{place}/_progress", f"{place}/confirm", f"{place}/discard"):
            assert client.get(path).status_code == status
        for path in ("confirm", "discard", "received", "parts/0"):
            assert client.post(f"{place}/{path}", data=b"x" if path == "parts/0" else None).status_code == status
