"""Giving a document to a person by name."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.web import sign_in


def test_a_document_is_given_to_a_person_and_taken_back(client: FlaskClient, world: World) -> None:
    paper = make_document(world.firm_id, "Term sheet")
    place = f"/documents/{paper}"
    sign_in(client, world.another_investor)
    assert client.get(place).status_code == 404
    sign_in(client, world.manager)
    unknown = client.post(f"/documents/grants/{paper}", data={"email": "nobody@example.com"})
    assert unknown.status_code == 422
    assert "Invite the person first" in unknown.text
    assert client.post(f"/documents/grants/{paper}", data={"email": ""}).status_code == 422
    data = {"email": "ben.ortiz@example.com", "until": "2099-01-01"}
    given = client.post(f"/documents/grants/{paper}", data=data, follow_redirects=True)
    assert "Ben Ortiz" in given.text
    sign_in(client, world.another_investor)
    assert client.get(place).status_code == 200
    sign_in(client, world.manager)
    client.post(f"/documents/grants/{paper}/{world.another_investor.user_id}/revoke")
    sign_in(client, world.another_investor)
    assert client.get(place).status_code == 404


def test_an_associate_gives_nothing_to_anybody(client: FlaskClient, world: World) -> None:
    paper = make_document(world.firm_id, "Term sheet")
    sign_in(client, world.associate)
    assert client.post(f"/documents/grants/{paper}", data={"email": "ben.ortiz@example.com"}).status_code == 403
    assert client.post(f"/documents/grants/{paper}/{world.another_investor.user_id}/revoke").status_code == 403
