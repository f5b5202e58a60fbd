"""One's own privacy page: reading, answering, changing one's mind."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock
from portal.platform.ids import new_id
from portal.web.toolkit.consent import SETTLED
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.privacy import answer, make_purpose, publish_next
from tests.factories.web import sign_in

ASKS = "The firm asks for your consent"


def test_a_needed_text_is_asked_for_on_every_page_until_it_is_answered(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator, body="We write to you.\n\nOnce a quarter.")
    sign_in(client, make_user(world.firm_id, "just.here@example.com", Role.INVESTOR))
    assert ASKS in client.get("/investments/portfolio").text
    shown = client.get("/privacy")
    assert "Once a quarter." in shown.text
    assert "not answered" in shown.text
    said = client.post(f"/privacy/consents/{purpose}", data={"version": "1", "given": "yes"}, follow_redirects=True)
    assert "Your consent is recorded" in said.text
    assert ASKS not in said.text
    publish_next(world.administrator, purpose)
    with time_machine.travel(clock.now() + SETTLED + timedelta(seconds=1), tick=True):
        assert ASKS in client.get("/security").text
        assert "new text, not answered" in client.get("/privacy").text


def test_a_consent_is_withdrawn_and_both_answers_stay(client: FlaskClient, world: World, investor: Actor) -> None:
    purpose = make_purpose(world.administrator)
    sign_in(client, investor)
    for given in ("yes", "no"):
        client.post(f"/privacy/consents/{purpose}", data={"version": "1", "given": given})
    page = client.get("/privacy").text
    assert "I consent" in page
    assert "Withdraw my consent" not in page
    told = client.get("/privacy/answers").text
    assert told.count("News by e-mail") == 2
    assert "127.0.0.1" in told


def test_an_older_text_is_not_answered_unread(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    sign_in(client, world.investor)
    publish_next(world.administrator, purpose, body="Something else entirely.")
    refused = client.post(f"/privacy/consents/{purpose}", data={"version": "1", "given": "yes"})
    assert refused.status_code == 409
    assert "newer text" in refused.text
    assert "Something else entirely." in refused.text


def test_what_is_no_answer_is_refused(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    place = f"/privacy/consents/{purpose}"
    assert client.post(place, data={"version": "1", "given": "yes"}).status_code in {303, 401}
    sign_in(client, world.investor)
    for data in ({}, {"version": "1"}, {"version": "x", "given": "yes"}, {"version": "1", "given": "maybe"}):
        assert client.post(place, data=data).status_code == 422
    assert client.post(f"/privacy/consents/{new_id()}", data={"version": "1", "given": "yes"}).status_code == 404


def test_the_answers_of_others_are_not_shown(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    answer(world.investor, purpose)
    for other in (world.another_investor, world.foreign_investor, world.manager):
        sign_in(client, other)
        assert "News by e-mail" not in client.get("/privacy/answers").text
    assert "News by e-mail" in client.get("/privacy").text
    sign_in(client, world.foreign_manager)
    assert "News by e-mail" not in client.get("/privacy").text


def test_it_is_linked_beside_the_name(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert 'href="/privacy"' in client.get("/").text or 'href="/privacy"' in client.get("/investments/portfolio").text
