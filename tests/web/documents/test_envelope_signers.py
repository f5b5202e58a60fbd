"""Signers added, taken out, reminded and replaced."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.signing.queries.envelopes import list_people
from portal.domain.documents.signing.services.signing import forward_envelope
from portal.domain.documents.signing.values.envelopes import SignerState
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.signing import circumstances, make_envelope
from tests.factories.web import sign_in


def test_who_is_not_at_the_portal_is_to_be_invited_first(app: Flask, client: FlaskClient, world: World) -> None:
    place = f"/documents/envelope-signers/{make_envelope(world.manager, (world.investor, 1), sent=False)}"
    sign_in(client, world.associate)
    said = {"email": "nobody@example.com", "role": "Investor", "turn": "1"}
    answer = client.post(place, data=said)
    assert answer.status_code == 422
    assert "Nobody at the portal has this address" in answer.text
    assert 'value="nobody@example.com"' in answer.text
    assert "This person signs already." in client.post(place, data=said | {"email": "ada.lane@example.com"}).text
    assert client.post(place, data=said | {"turn": "0"}).status_code == 422
    assert client.post(f"{place}/1/remove").status_code == 303


def test_a_reminder_too_soon_says_when(app: Flask, client: FlaskClient, world: World) -> None:
    place = f"/documents/envelope-signers/{make_envelope(world.manager, (world.investor, 1))}"
    sign_in(client, world.associate)
    answer = client.post(f"{place}/1/remind")
    assert answer.status_code == 429
    assert client.post(f"{place}/1/remove").status_code == 409


def test_somebody_is_named_for_a_seat_that_nobody_holds(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    with acting_as(world.investor.tenancy):
        forward_envelope(world.investor, envelope, circumstances(), email="gil@nowhere.example", reason="He signs.")
    sign_in(client, world.manager)
    html = client.get(f"/documents/envelopes/{envelope}").text
    assert "to be named" in html
    assert "gil@nowhere.example" in html
    place = f"/documents/envelope-signers/{envelope}/1/name"
    assert client.post(place, data={"email": "gil@nowhere.example"}).status_code == 422
    assert client.post(place, data={"email": "ben.ortiz@example.com"}).status_code == 303
    with acting_as(world.manager.tenancy):
        (seat,) = list_people(world.manager, envelope)
    assert (seat.name, seat.state) == ("Ben Ortiz", SignerState.ASKED)
    sign_in(client, world.associate)
    assert client.post(place, data={"email": "ada.lane@example.com"}).status_code == 403
