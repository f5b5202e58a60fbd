"""The firm's texts, for those who handle privacy."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.privacy import answer, make_purpose, publish_next
from tests.factories.web import sign_in

TEXT = {"name": "News by e-mail", "body": "We write to you.", "needed": "y"}


def test_a_text_is_published_replaced_and_retired(client: FlaskClient, world: World) -> None:
    sign_in(client, make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE))
    assert "The firm asks for no consent" in client.get("/privacy/consent-texts").text
    shown = client.post("/privacy/consent-texts", data=TEXT, follow_redirects=True)
    place = shown.request.path
    assert "Published. People are asked" in shown.text
    assert "Ada Lane" in shown.text
    data = {"body": "We write to you, and call.", "replaces": "1"}
    second = client.post(place, data=data, follow_redirects=True)
    assert "Version 2 is published" in second.text
    assert "We write to you." in second.text
    retired = client.post(f"{place}/retire", follow_redirects=True)
    assert "No longer asked since" in retired.text
    assert "no longer asked" in client.get("/privacy/consent-texts").text


def test_a_text_that_was_replaced_meanwhile_is_not_overwritten(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    sign_in(client, world.administrator)
    publish_next(world.administrator, purpose)
    refused = client.post(f"/privacy/consent-texts/{purpose}", data={"body": "Mine, typed long ago", "replaces": "1"})
    assert refused.status_code == 422
    assert "newer text" in refused.text
    assert "Mine, typed long ago" in refused.text


def test_a_purpose_of_the_same_name_and_an_empty_text_are_refused_with_what_was_typed(
    client: FlaskClient, world: World
) -> None:
    make_purpose(world.administrator)
    sign_in(client, world.administrator)
    refused = client.post("/privacy/consent-texts", data=TEXT)
    assert (refused.status_code, "Publish a new version" in refused.text) == (422, True)
    assert "We write to you." in refused.text
    assert client.post("/privacy/consent-texts", data=TEXT | {"body": " "}).status_code == 422


def test_counts_and_the_missing_are_shown(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    answer(world.investor, purpose)
    sign_in(client, world.administrator)
    page = client.get(f"/privacy/consent-texts/{purpose}").text
    assert "Ben Ortiz" in page
    assert "Ada Lane" not in page
    assert client.get(f"/privacy/consent-texts/{purpose}?cursor=rubbish").status_code == 422


def test_nobody_else_opens_them(client: FlaskClient, world: World) -> None:
    purpose = make_purpose(world.administrator)
    for person in (world.investor, world.associate, world.manager, world.auditor):
        sign_in(client, person)
        assert client.get("/privacy/consent-texts").status_code == 403
        assert client.post("/privacy/consent-texts", data=TEXT).status_code == 403
        assert client.post(f"/privacy/consent-texts/{purpose}/retire").status_code == 403
    foreign = make_user(world.other_firm_id, "foreign.officer@example.com", Role.COMPLIANCE)
    sign_in(client, foreign)
    assert client.get(f"/privacy/consent-texts/{purpose}").status_code == 404
    assert client.post(f"/privacy/consent-texts/{purpose}", data={"body": "x", "replaces": "1"}).status_code == 404
    assert client.post(f"/privacy/consent-texts/{purpose}/retire").status_code == 404
