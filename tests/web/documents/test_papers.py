"""Sending papers and seeing what becomes of them."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.papers.services import return_paper
from portal.jobs.drain import drain
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.papers import send
from tests.factories.uploads import paper
from tests.factories.web import sign_in

PAPERS = "/documents/papers"


@pytest.fixture
def account(app: Flask, world: World) -> UUID:
    return make_account(world.firm_id, "Lane Family Trust", world.investor)


def typed(account: UUID, **more: object) -> dict[str, object]:
    file = (io.BytesIO(paper()), "Passport.pdf")
    return {"account": str(account), "type": "identification", "note": "As you asked", "file": file, **more}


def test_a_paper_is_sent_and_followed(client: FlaskClient, world: World, account: UUID) -> None:
    sign_in(client, world.investor)
    assert "You have sent nothing yet" in client.get(PAPERS).text
    assert "Lane Family Trust" in client.get(f"{PAPERS}/new").text
    sent = client.post(PAPERS, data=typed(account))
    assert (sent.status_code, sent.headers["Location"]) == (303, PAPERS)
    listed = client.get(PAPERS).text
    assert "being checked" in listed
    assert "every 2s" in listed
    drain()
    listed = client.get(PAPERS).text
    assert "with the firm" in listed
    assert "every 2s" not in listed


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: FlaskClient, world: World, account: UUID) -> None:
    other = make_account(world.firm_id, "Ortiz Holdings", world.another_investor)
    sign_in(client, world.investor)
    without = client.post(PAPERS, data=typed(account, file=(io.BytesIO(b""), "")))
    assert without.status_code == 422
    assert "Choose the file." in without.text
    assert "As you asked" in without.text
    assert client.post(PAPERS, data=typed(other)).status_code == 422


def test_what_comes_back_says_why(client: FlaskClient, world: World, account: UUID) -> None:
    sent = send(world.investor, account)
    drain()
    with acting_as(world.manager.tenancy):
        return_paper(world.manager, sent, comment="The second page is missing.")
    sign_in(client, world.investor)
    assert "The second page is missing." in client.get(PAPERS).text


def test_who_has_no_account_is_told_so(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert "no account you may send papers for" in client.get(PAPERS).text
    assert "no account you may send papers for" in client.get(f"{PAPERS}/new").text


def test_staff_send_nothing(client: FlaskClient, world: World) -> None:
    assert sign_in(client, world.manager).get(PAPERS).status_code == 403
