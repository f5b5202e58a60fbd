"""The staff's work list of papers: accepted or sent back."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.jobs.drain import drain
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.papers import paper_of, send
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, mailbox, post

__all__ = ["mailbox", "post"]
RECEIVED = "/documents/received-papers"


@pytest.fixture
def sent(app: Flask, world: World) -> UUID:
    """A paper that has passed its check."""
    account = make_account(world.firm_id, "Lane Family Trust", world.investor)
    paper_id = send(world.investor, account, note="As you asked")
    drain()
    return paper_id


def test_a_paper_waits_is_read_and_accepted(client: FlaskClient, world: World, sent: UUID) -> None:
    desk, place = sign_in(client, world.manager), f"{RECEIVED}/{sent}"
    assert place in desk.get("/").text
    assert place in desk.get(RECEIVED).text
    shown = desk.get(place).text
    assert "As you asked" in shown
    assert f"/documents/{paper_of(world.manager, sent).document_id}" in shown
    nameless = desk.post(f"{place}/accept", data={"title": "", "type": "identification"})
    assert nameless.status_code == 422
    given = {"title": "Passport of Ada", "type": "identification", "period": "2026"}
    assert desk.post(f"{place}/accept", data=given).status_code == 303
    assert place not in desk.get(RECEIVED).text
    assert place in desk.get(RECEIVED, query_string={"view": "accepted"}).text
    assert place not in desk.get("/").text
    assert desk.post(f"{place}/accept", data=given).headers["Location"] == place
    assert "already" in desk.get(place).text


def test_a_paper_goes_back_and_its_sender_is_written_to(
    client: FlaskClient, world: World, sent: UUID, post: Post
) -> None:
    desk, place = sign_in(client, world.manager), f"{RECEIVED}/{sent}"
    assert desk.post(f"{place}/return", data={"comment": ""}).status_code == 422
    assert desk.post(f"{place}/return", data={"comment": "The second page is missing."}).status_code == 303
    (mail,) = [each for each in post() if "comes back" in each]
    assert "The second page is missing." in mail


def test_who_files_sees_the_list_and_decides_nothing(client: FlaskClient, world: World, sent: UUID) -> None:
    desk, place = sign_in(client, world.associate), f"{RECEIVED}/{sent}"
    assert "/accept" not in desk.get(place).text
    assert desk.post(f"{place}/accept", data={"title": "Mine", "type": "other"}).status_code == 403
    assert desk.get(RECEIVED, query_string={"view": "elsewhere"}).status_code == 404


def test_investors_and_other_firms_find_nothing(client: FlaskClient, world: World, sent: UUID) -> None:
    assert sign_in(client, world.investor).get(f"{RECEIVED}/{sent}").status_code == 403
    assert sign_in(client, world.foreign_manager).get(f"{RECEIVED}/{sent}").status_code == 404
