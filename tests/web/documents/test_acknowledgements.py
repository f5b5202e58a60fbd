"""“I have read this”: said once per version, with what proves it; staff see who has not, and remind them."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.reading.queries.acknowledgements import find_acknowledgement, find_reminder, list_answers
from portal.domain.documents.reading.values.acknowledgements import Answer
from portal.domain.identity.access.values import Actor
from portal.domain.people.investor_accounts.services import add_member
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.reading import make_next_version, make_paper, readable_by
from tests.factories.web import sign_in


@pytest.fixture
def paper(world: World, account: UUID) -> UUID:
    """A paper that asks to be acknowledged."""
    return make_paper(account, world.firm_id, must_acknowledge=True)


def say(browser: FlaskClient, world: World, document_id: UUID, version: UUID | None = None, **more: str) -> int:
    version = version or readable_by(world.investor, document_id).version_id
    form = {"version": str(version), "read": "y"} | more
    return browser.post(f"/documents/acknowledgements/{document_id}", data=form).status_code


def answers_to(world: World, document_id: UUID) -> list[Answer]:
    with acting_as(world.manager.tenancy):
        return list(list_answers(world.manager, document_id))


def test_it_is_said_with_what_proves_it(world: World, paper: UUID, reading: FlaskClient) -> None:
    page = reading.get(f"/documents/{paper}").text
    assert "I have read “Letter to investors”, version 1" in page
    assert say(reading, world, paper) == 303
    readable = readable_by(world.investor, paper)
    (answer,) = answers_to(world, paper)
    assert answer.name == world.investor.name
    assert answer.digest == readable.digest
    assert answer.said == "I have read “Letter to investors”, version 1, and understood what it says."
    assert answer.address == "127.0.0.1"
    assert answer.agent is not None
    assert answer.agent.lower().startswith("werkzeug")
    assert "You have said that you read this" in reading.get(f"/documents/{paper}").text


def test_the_list_says_what_is_to_be_confirmed(
    client: FlaskClient, world: World, paper: UUID, reading: FlaskClient
) -> None:
    assert "to be confirmed" in reading.get("/documents").text
    assert say(reading, world, paper) == 303
    assert "to be confirmed" not in reading.get("/documents").text
    make_next_version(world.firm_id, paper)
    assert "to be confirmed" in reading.get("/documents").text
    assert "to be confirmed" not in sign_in(client, world.manager).get("/documents").text


def test_who_may_not_remind_is_not_offered_to(client: FlaskClient, world: World, paper: UUID) -> None:
    place = f"/documents/acknowledgements/{paper}"
    assert "Remind them" in sign_in(client, world.associate).get(place).text
    shown = sign_in(client, world.auditor).get(place)
    assert (shown.status_code, "Remind them" in shown.text) == (200, False)


def test_saying_it_twice_is_saying_it_once(world: World, paper: UUID, reading: FlaskClient) -> None:
    assert [say(reading, world, paper), say(reading, world, paper)] == [303, 303]
    (answer,) = answers_to(world, paper)
    with acting_as(world.investor.tenancy):
        found = find_acknowledgement(world.investor, readable_by(world.investor, paper).version_id)
    assert found is not None
    assert found.at == answer.at


def test_a_new_version_asks_anew(world: World, paper: UUID, reading: FlaskClient) -> None:
    first = readable_by(world.investor, paper).version_id
    say(reading, world, paper)
    make_next_version(world.firm_id, paper)
    assert "version 2, and understood" in reading.get(f"/documents/{paper}").text
    assert say(reading, world, paper, first) == 409
    assert [answer.at for answer in answers_to(world, paper)] == [None]
    assert say(reading, world, paper) == 303


def test_the_box_has_to_be_ticked(world: World, paper: UUID, reading: FlaskClient) -> None:
    assert say(reading, world, paper, read="") == 422
    assert reading.post(f"/documents/acknowledgements/{paper}", data={"read": "y", "version": "1"}).status_code == 422


def test_where_nobody_asks_nothing_is_said(world: World, account: UUID, reading: FlaskClient) -> None:
    plain = make_paper(account, world.firm_id)
    assert "Have you read it?" not in reading.get(f"/documents/{plain}").text
    assert say(reading, world, plain) == 409


def test_nobody_says_it_of_what_they_may_not_see(app: Flask, world: World, paper: UUID) -> None:
    for person in (world.another_investor, world.foreign_investor):
        assert say(sign_in(app.test_client(), person), world, paper) == 404
    assert answers_to(world, paper)[0].at is None


def test_nobody_says_it_for_another_even_in_the_database(world: World, paper: UUID, reading: FlaskClient) -> None:
    say(reading, world, paper)
    with acting_as(world.another_investor.tenancy):
        assert db.fetch_all("SELECT 1 FROM documents.acknowledgements") == []
    forged = """
    INSERT INTO documents.acknowledgements
      (id, firm_id, document_id, version_id, user_id, digest, said, said_version, session_id)
    SELECT gen_random_uuid(), firm_id, document_id, version_id, %(user)s, digest, said, said_version, session_id
    FROM documents.acknowledgements
    """
    with acting_as(world.manager.tenancy), pytest.raises(Exception, match="row-level security"):
        _write(forged, user=world.another_investor.user_id)


@db.transactional
def _write(statement: str, **values: object) -> None:
    db.execute(statement, **values)


def test_what_was_said_is_never_changed(world: World, paper: UUID, reading: FlaskClient) -> None:
    say(reading, world, paper)
    with acting_as(world.manager.tenancy):
        for statement in ("UPDATE documents.acknowledgements SET said = 'x'", "DELETE FROM documents.acknowledgements"):
            with pytest.raises(Exception, match="permission denied"):
                _write(statement)


def test_staff_see_who_has_not_and_remind_them(
    app: Flask, world: World, account: UUID, paper: UUID, reading: FlaskClient, staff: FlaskClient
) -> None:
    with acting_as(world.manager.tenancy):
        assert world.another_investor.user_id is not None
        add_member(world.manager, account, user_id=world.another_investor.user_id)
    say(reading, world, paper)
    page = staff.get(f"/documents/acknowledgements/{paper}").text
    assert "1 of 2 have not said yet" in page
    for _ in range(2):
        assert staff.post(f"/documents/acknowledgements/{paper}/remind").status_code == 303
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT arguments FROM platform.outbox WHERE job = 'reading.remind'")
        system = Actor.system(world.firm_id)
        assert [row.arguments["user_id"] for row in rows] == [str(world.another_investor.user_id)]
        assert find_reminder(system, paper, world.another_investor.user_id) is not None
        assert world.investor.user_id is not None
        assert find_reminder(system, paper, world.investor.user_id) is None


def test_the_list_is_the_staffs(app: Flask, world: World, paper: UUID, reading: FlaskClient) -> None:
    assert reading.get(f"/documents/acknowledgements/{paper}").status_code == 403
    assert reading.post(f"/documents/acknowledgements/{paper}/remind").status_code == 403
    auditor = sign_in(app.test_client(), world.auditor)
    assert auditor.get(f"/documents/acknowledgements/{paper}").status_code == 200
    assert auditor.post(f"/documents/acknowledgements/{paper}/remind").status_code == 403
    foreign = sign_in(app.test_client(), world.foreign_manager)
    assert foreign.get(f"/documents/acknowledgements/{paper}").status_code == 404
