"""Anybody may ask whether a PDF is a published statement, and learns nothing else."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.library.queries.documents import find_document_by_source, get_document
from portal.domain.identity.access.values import Actor
from portal.domain.investments.statements.queries.statements import get_statement
from portal.jobs.drain import drain
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from portal.web.investments.verification import LARGEST
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle, post_history
from tests.factories.signing import make_envelope, sign
from tests.factories.statements import HISTORY, prepare_run, publish_run, statements_of

VERIFY = "/verify/harbour"


@pytest.fixture
def vehicle(app: Flask, firm_id: UUID, investor: Actor) -> UUID:
    vehicle_id = make_vehicle(firm_id, "Harbour Buyout I")
    post_history(firm_id, make_account(firm_id, "Lane Family Trust", investor), vehicle_id, HISTORY)
    return vehicle_id


def pdf_of(manager: Actor, run_id: UUID) -> tuple[str, bytes]:
    (summary,) = statements_of(manager, run_id)
    with acting_as(manager.tenancy):
        file = get_statement(manager, summary.id).file
    assert file is not None
    return summary.number, resources().store.get(file.key)


def upload(client: FlaskClient, content: bytes, address: str = VERIFY) -> str:
    data = {"document": (io.BytesIO(content), "statement.pdf"), "digest": ""}
    response = client.post(address, data=data, content_type="multipart/form-data")
    assert response.status_code == 200
    return response.text


def test_a_published_statement_is_known(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    number, content = pdf_of(manager, publish_run(manager, vehicle))
    shown = upload(client, content)
    assert "This statement is genuine" in shown
    assert number in shown
    assert "Harbour Capital" in shown
    for secret in ("Lane", "Buyout", "651"):
        assert secret not in shown
    pasted = hashlib.sha256(content).hexdigest().upper()
    spaced = f" {pasted[:32]} {pasted[32:]}\n"
    assert number in client.post(VERIFY, data={"digest": spaced}).text


def test_a_replaced_one_says_so(client: FlaskClient, manager: Actor, vehicle: UUID, firm_id: UUID) -> None:
    run_id = publish_run(manager, vehicle)
    number, content = pdf_of(manager, run_id)
    account_id = statements_of(manager, run_id)[0].account_id
    post_history(firm_id, account_id, vehicle, [("fee", "2025-09-20", "100")])
    publish_run(manager, vehicle, reason="A fee was missing.")
    shown = upload(client, content)
    assert "Genuine, and replaced by a newer version" in shown
    assert number in shown


def test_anything_else_is_not_known(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    number, content = pdf_of(manager, publish_run(manager, vehicle))
    for other, address in ((content + b"\n", VERIFY), (b"something", VERIFY), (content, "/verify/northwind")):
        shown = upload(client, other, address)
        assert "does not know this file" in shown
        assert number not in shown


def test_a_draft_is_not_known(client: FlaskClient, manager: Actor, vehicle: UUID) -> None:
    _, content = pdf_of(manager, prepare_run(manager, vehicle))
    assert "Harbour Capital does not know this file" in upload(client, content)


@pytest.mark.parametrize("data", [{"digest": ""}, {"digest": "abc"}, {"digest": "g" * 64}, {}])
def test_what_cannot_be_checked_is_refused(client: FlaskClient, app: Flask, data: dict[str, str]) -> None:
    response = client.post(VERIFY, data=data)
    assert response.status_code == 422
    assert "problems-title" in response.text


def test_a_file_too_large_is_refused(client: FlaskClient, app: Flask) -> None:
    data = {"document": (io.BytesIO(b"x" * (LARGEST + 1)), "statement.pdf"), "digest": ""}
    response = client.post(VERIFY, data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "too large to be sent here" in response.text


def test_the_firm_is_asked_for_where_there_are_several(client: FlaskClient, app: Flask) -> None:
    assert "Check a document of Harbour Capital" in client.get(VERIFY).text
    assert 'name="firm"' in client.get("/verify").text
    assert client.get("/verify?firm=Harbour").location == VERIFY
    assert client.get("/verify/nobody").status_code == 404


def test_a_signed_document_is_known_by_how_many_signed_it_and_nothing_else(client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), (world.another_investor, 1), title="Side letter")
    for person in (world.investor, world.another_investor):
        sign(person, envelope)
    drain()
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        found = find_document_by_source(system, f"envelope:{envelope}")
        assert found is not None
        version = get_document(system, found).version
    assert version is not None
    assert version.file_key is not None
    content = resources().store.get(version.file_key)
    shown = upload(client, content)
    assert "This signed document is genuine" in shown
    assert "signed by 2 people" in shown
    for secret in ("Lane", "Ortiz", "Side letter", str(envelope)):
        assert secret not in shown
    for changed in (content[:-1], content + b" ", content[:5000] + b"!" + content[5001:]):
        assert "does not know this file" in upload(client, changed)
    assert "does not know this file" in upload(client, content, "/verify/northwind")
