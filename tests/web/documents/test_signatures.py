"""What one is asked to sign, on pages that work without scripts."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.signals import DocumentPublishing
from portal.domain.documents.signing.queries.envelopes import get_envelope, list_history
from portal.domain.documents.signing.services.preparing import place_usual_field
from portal.domain.documents.signing.services.sending import cancel_envelope, send_envelope
from portal.domain.documents.signing.values.envelopes import EnvelopeState, EventKind
from portal.domain.documents.signing.values.fields import FieldKind, Spot
from portal.jobs.drain import drain
from portal.platform import signals
from portal.platform.errors import Conflict
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.signing import DRAWN_PATH, make_envelope, sign
from tests.factories.web import sign_in

PLACE = "/documents/signatures"


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found, f"no {name}"
    return found[1]


def send(client: FlaskClient, envelope: UUID, **said: str) -> tuple[int, str]:
    """Fill the form in as it was shown, with what is `said` besides; the answer."""
    html = client.get(f"{PLACE}/{envelope}").text
    form = {"shown": hidden(html, "shown"), "version": hidden(html, "version"), "name": "Ada Lane", "consent": "y"}
    answer = client.post(f"{PLACE}/{envelope}/sign", data={k: v for k, v in (form | said).items() if v})
    return answer.status_code, answer.text


def state_of(world: World, envelope: UUID) -> EnvelopeState:
    with acting_as(world.manager.tenancy):
        return get_envelope(world.manager, envelope).state


def test_it_is_found_read_and_signed(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), title="Side letter")
    sign_in(client, world.investor)
    assert "Side letter" in client.get(PLACE).text
    html = client.get(f"{PLACE}/{envelope}").text
    assert "Please sign by Friday." in html
    assert html.count("<img") == 3
    assert "Page 3 of 3 · " in html
    assert ">Signature</span> (bottom right)" in html
    assert 'data-box="0.6200 0.8600 0.3000 0.0600"' in html
    picture = client.get(f"{PLACE}/{envelope}/pages/3")
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/webp", "private, no-store")
    assert client.get(f"{PLACE}/{envelope}/pages/4").status_code == 404
    assert client.get(f"{PLACE}/{envelope}/download").status_code == 303
    assert send(client, envelope)[0] == 303
    assert state_of(world, envelope) is EnvelopeState.SIGNED
    assert "You signed this on" in client.get(f"{PLACE}/{envelope}").text
    drain()
    assert "certificate of all signatures" in client.get(f"{PLACE}/{envelope}").text
    link = client.get(f"{PLACE}/{envelope}/download").headers["Location"]
    assert "Subscription" not in link
    assert client.get(link).data.startswith(b"%PDF")


def test_a_file_that_is_held_back_is_said_to_be(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: DocumentPublishing) -> None:
        raise Conflict("It names somebody else.")

    monkeypatch.setitem(signals._reactions, DocumentPublishing, [refuse])
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign(world.investor, envelope)
    drain()
    sign_in(client, world.investor)
    html = client.get(f"{PLACE}/{envelope}").text
    assert "The firm looks through the finished document" in html
    assert "Download" not in html
    assert client.get(f"{PLACE}/{envelope}/download").status_code == 404


def test_nothing_counts_without_consent_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, world: World
) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.investor)
    status, html = send(client, envelope, consent="", name="Ada Q. Lane", path=DRAWN_PATH)
    assert status == 422
    assert "without it nothing is signed electronically" in html
    assert 'value="Ada Q. Lane"' in html
    assert DRAWN_PATH in html
    assert send(client, envelope, path="M0 0L1 1<script>")[0] == 422
    assert state_of(world, envelope) is EnvelopeState.SENT


def test_what_was_changed_since_it_was_shown_is_not_signed(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.investor)
    assert send(client, envelope, shown="ab" * 32)[0] == 409
    assert state_of(world, envelope) is EnvelopeState.SENT


def test_what_is_asked_besides_is_asked_on_the_form(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    with acting_as(world.manager.tenancy):
        text = place_usual_field(
            world.manager, envelope, 1, FieldKind.TEXT, page=1, at=Spot.CENTRE, label="Name of the entity"
        )
        tick = place_usual_field(
            world.manager,
            envelope,
            1,
            FieldKind.CHECKBOX,
            page=1,
            at=Spot.TOP_LEFT,
            label="I am an accredited investor",
        )
        send_envelope(world.manager, envelope)
    sign_in(client, world.investor)
    status, html = send(client, envelope)
    assert status == 422
    assert "Fill this in." in html
    assert "Tick this to go on." in html
    assert send(client, envelope, **{str(text): "Lane & Co <Ltd>", str(tick): "y"})[0] == 303


@pytest.mark.parametrize("path", ["", "/pages/1", "/download", "/decline", "/forward"])
def test_what_is_not_ones_own_is_not_there(app: Flask, client: FlaskClient, world: World, path: str) -> None:
    mine = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 2))
    draft = make_envelope(world.manager, (world.another_investor, 1), sent=False)
    for person in (world.another_investor, world.foreign_investor, world.manager):
        sign_in(client, person)
        for envelope in (mine, draft):
            assert client.get(f"{PLACE}/{envelope}{path}").status_code == 404


def test_it_is_declined_with_a_reason(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.investor)
    assert client.post(f"{PLACE}/{envelope}/decline", data={"reason": ""}).status_code == 422
    assert client.post(f"{PLACE}/{envelope}/decline", data={"reason": "The fee."}).status_code == 303
    assert state_of(world, envelope) is EnvelopeState.DECLINED
    assert client.get(f"{PLACE}/{envelope}/decline").status_code == 404
    assert client.get(f"{PLACE}/{envelope}/download").status_code == 404
    assert "not open for signing any more" in client.get(f"{PLACE}/{envelope}").text


@pytest.mark.parametrize("email", ["ben.ortiz@example.com", "nobody@example.com"])
def test_it_is_passed_on_and_the_answer_tells_nothing(
    app: Flask, client: FlaskClient, world: World, email: str
) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.investor)
    answer = client.post(f"{PLACE}/{envelope}/forward", data={"email": email, "reason": "She signs."})
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACE)
    assert "Whoever sent it is told whom you named" in client.get(PLACE).text
    assert client.get(f"{PLACE}/{envelope}").status_code == 404
    assert client.post(f"{PLACE}/{envelope}/forward", data={"email": email, "reason": "Again."}).status_code == 404


def test_that_it_was_opened_is_noted_unless_a_program_looks_ahead(
    app: Flask, client: FlaskClient, world: World
) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.investor)

    def opened() -> int:
        with acting_as(world.manager.tenancy):
            return [each.kind for each in list_history(world.manager, envelope)].count(EventKind.OPENED)

    client.head(f"{PLACE}/{envelope}")
    client.get(f"{PLACE}/{envelope}", headers={"Sec-Purpose": "prefetch"})
    assert opened() == 0
    client.get(f"{PLACE}/{envelope}")
    client.get(f"{PLACE}/{envelope}")
    assert opened() == 1


def test_nothing_is_read_of_what_was_taken_back(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 1))
    sign(world.another_investor, envelope)
    with acting_as(world.manager.tenancy):
        cancel_envelope(world.manager, envelope)
    for person in (world.investor, world.another_investor):
        sign_in(client, person)
        assert client.get(f"{PLACE}/{envelope}").status_code == 200
        assert client.get(f"{PLACE}/{envelope}/download").status_code == 404
        assert client.get(f"{PLACE}/{envelope}/pages/1").status_code == 404
        assert send_blindly(client, envelope) == 409


def send_blindly(client: FlaskClient, envelope: UUID) -> int:
    return client.post(f"{PLACE}/{envelope}/sign", data={"name": "A", "shown": "x", "version": "y"}).status_code
