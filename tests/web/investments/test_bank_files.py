"""Bank files on their pages."""

from __future__ import annotations

import io

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from tests.factories.payments import lines_of, read_file, statement_of
from tests.factories.web import sign_in

FILES = "/investments/bank-files"
MARCH = (("2026-03-30", "Ada Lovelace", "C1-A1", "1234.50"), ("2026-03-31", "", "bank fee", "-3.10"))


def test_a_file_is_read_in_and_its_movements_are_shown(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    assert "No bank files yet" in client.get(FILES).text
    assert "Bank statement" in client.get(f"{FILES}/new").text
    sent = {"file": (io.BytesIO(statement_of(*MARCH)), "march.csv"), "currency": "usd", "dates": "auto"}
    response = client.post(FILES, data=sent)
    assert response.status_code == 303
    shown = client.get(response.location).text
    for text in ("march.csv", "Ada Lovelace", "C1-A1", "1,234.50", "to match", "2 new movements"):
        assert text in shown
    assert "march.csv" in client.get(FILES).text


def test_a_bad_file_is_told_why_beside_the_form(client: FlaskClient, associate: Actor) -> None:
    sign_in(client, associate)
    sent = {"file": (io.BytesIO(b"Name,Amount\nx,1\n"), "x.csv"), "currency": "EUR", "dates": "auto"}
    response = client.post(FILES, data=sent)
    assert response.status_code == 422
    assert "No column holds the date" in response.text
    assert 'value="EUR"' in response.text
    assert client.post(FILES, data={"currency": "E"}).status_code == 422


def test_a_payment_is_set_aside_and_taken_up(client: FlaskClient, associate: Actor) -> None:
    file_id = read_file(associate, *MARCH)
    line = lines_of(associate, file_id)[0]
    sign_in(client, associate)
    aside = client.post(f"{FILES}/lines/{line.id}/aside", data={"note": "The landlord's"})
    assert aside.status_code == 303
    assert "The landlord&#39;s" in client.get(f"{FILES}/{file_id}").text
    assert client.post(f"{FILES}/lines/{line.id}/aside").status_code == 409
    assert client.post(f"{FILES}/lines/{line.id}/take-up").status_code == 303
    assert "The landlord&#39;s" not in client.get(f"{FILES}/{file_id}").text


def test_investors_find_nothing_here(client: FlaskClient, associate: Actor, investor: Actor) -> None:
    file_id = read_file(associate, *MARCH)
    sign_in(client, investor)
    assert {client.get(path).status_code for path in (FILES, f"{FILES}/{file_id}")} == {403}
