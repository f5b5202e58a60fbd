"""How long documents are kept, and what the law holds, as pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from tests.conftest import World
from tests.factories.documents import make_document
from tests.factories.identity import make_user
from tests.factories.investments import make_account, make_vehicle
from tests.factories.web import sign_in


@pytest.fixture
def officer(client: FlaskClient, world: World) -> Actor:
    return make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)


def test_years_by_type_keep_what_is_published(client: FlaskClient, world: World, officer: Actor) -> None:
    paper = make_document(world.firm_id, "Annual report")
    sign_in(client, officer)
    assert client.post("/documents/retention", data={"type": "report", "years": "101"}).status_code == 422
    assert client.post("/documents/retention", data={"type": "report", "years": "seven"}).status_code == 422
    shown = client.post("/documents/retention", data={"type": "report", "years": "7"}, follow_redirects=True)
    assert ">7<" in shown.text
    sign_in(client, world.manager)
    refused = client.post(f"/documents/handling/{paper}/delete", follow_redirects=True)
    assert "Documents of this type are kept" in refused.text
    assert "Kept at least until" in refused.text


def test_a_hold_keeps_all_of_an_account(client: FlaskClient, world: World, officer: Actor) -> None:
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    make_vehicle(world.firm_id, "Fund I")
    paper = make_document(world.firm_id, "Letter", account_id=account, published=False)
    sign_in(client, officer)
    data = {"subject": "account", "name": "lane family trust", "reason": "Matter 12-345"}
    shown = client.post("/documents/retention/holds", data=data, follow_redirects=True)
    assert "Matter 12-345" in shown.text
    again = client.post("/documents/retention/holds", data=data)
    assert again.status_code == 422
    assert "held already" in again.text
    nobody = client.post("/documents/retention/holds", data=data | {"name": "Nobody"})
    assert nobody.status_code == 422
    assert "none of this name" in nobody.text
    fund = {"subject": "vehicle", "name": "Fund I", "reason": "Matter 12-346"}
    assert client.post("/documents/retention/holds", data=fund).status_code == 303
    sign_in(client, world.manager)
    held = client.post(f"/documents/handling/{paper}/delete", follow_redirects=True)
    assert "A legal hold keeps this document" in held.text
    assert "Matter 12-345" in held.text


def test_a_document_is_held_and_let_go(client: FlaskClient, world: World, officer: Actor) -> None:
    paper = make_document(world.firm_id, "Letter")
    sign_in(client, officer)
    assert client.post(f"/documents/retention/documents/{paper}", data={"reason": ""}).status_code == 422
    assert client.post(f"/documents/retention/documents/{paper}", data={"reason": "Subpoena"}).status_code == 303
    assert client.post(f"/documents/retention/documents/{paper}", data={"reason": "Again"}).status_code == 422
    shown = client.get("/documents/retention").text
    lift = shown.split('action="/documents/retention/holds/')[1].split('"')[0]
    assert "Nothing is held" in client.post(f"/documents/retention/holds/{lift}", follow_redirects=True).text
    assert client.post(f"/documents/retention/holds/{lift}").status_code == 404


def test_who_looks_and_who_changes(client: FlaskClient, world: World) -> None:
    sign_in(client, world.auditor)
    shown = client.get("/documents/retention")
    assert shown.status_code == 200
    assert "Set the years" not in shown.text
    sign_in(client, world.manager)
    assert client.post("/documents/retention", data={"type": "report", "years": "0"}).status_code == 403
    assert client.post("/documents/retention/holds", data={}).status_code == 403
    sign_in(client, world.investor)
    assert client.get("/documents/retention").status_code == 403
