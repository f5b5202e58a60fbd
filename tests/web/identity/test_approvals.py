"""Approvals as pages: asked for by one administrator, decided by somebody else."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from portal.domain.identity.accounts.services import propose_roles
from portal.domain.identity.approvals.queries import list_approvals
from portal.platform.tenancy import acting_as
from portal.web.identity.approval_views import names_of
from portal.web.identity.approvals import START
from tests.conftest import World
from tests.factories.identity import found_firm, make_user
from tests.factories.web import sign_in
from tests.statements import noted_statements

ASKED = {"roles": ["manager"], "reason": "Takes over from Ada"}


def ask(client: FlaskClient, world: World) -> tuple[str, str]:
    """The address of an associate's page and of the request for another role."""
    person = make_user(world.firm_id, "rising@example.com", Role.ASSOCIATE)
    sign_in(client, world.administrator)
    page = f"/users/{person.user_id}"
    assert "Change roles" in client.get(page).text
    asked = client.post(f"{page}/roles", data=ASKED)
    assert asked.status_code == 303
    return page, asked.headers["Location"]


def digest(html: str) -> str:
    found = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', html)
    assert found is not None
    return found[1]


def test_roles_change_when_a_second_person_approves(app: Flask, client: FlaskClient, world: World) -> None:
    page, request = ask(client, world)
    asked = client.get(request).text
    assert "Another administrator or a compliance officer decides it" in asked
    assert "Approve and do it" not in asked
    assert "A change waits for approval" in client.get(page).text

    officer = sign_in(app.test_client(), make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE))
    assert request in officer.get("/").text
    assert "Takes over from Ada" in officer.get(request).text
    data = {"digest": digest(officer.get(request).text)}
    refused = officer.post(f"{request}/reject", data=data)
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert officer.post(f"{request}/approve", data=data).status_code == 303
    done = officer.get(request).text
    assert "Approved, and done." in done
    assert "approved and done" in done
    assert "IR manager" in client.get(page).text
    assert officer.post(f"{request}/approve", data=data).status_code == 422
    assert request in officer.get("/approvals?show=all").text
    assert request not in officer.get("/approvals").text


def test_a_maker_decides_nothing_and_may_withdraw(client: FlaskClient, world: World) -> None:
    page, request = ask(client, world)
    data = {"digest": "0" * 64}
    refused = client.post(f"{request}/approve", data=data)
    assert refused.status_code == 422
    assert "another person has to decide it" in refused.text
    assert client.post(f"{request}/withdraw").status_code == 303
    assert "withdrawn" in client.get(request).text
    assert "Ask for approval" in client.get(page).text


def test_the_form_says_what_to_mend(client: FlaskClient, world: World) -> None:
    person = make_user(world.firm_id, "rising@example.com", Role.ASSOCIATE)
    sign_in(client, world.administrator)
    for data, message in (
        ({"roles": ["associate"], "reason": "Because"}, "other roles than now"),
        ({"roles": ["manager"]}, "Say why."),
        ({"reason": "Because"}, "Choose at least one role."),
    ):
        refused = client.post(f"/users/{person.user_id}/roles", data=data)
        assert refused.status_code == 422
        assert message in refused.text
    own = client.get(f"/users/{world.administrator.user_id}").text
    assert "Nobody changes their own roles" in own


def test_others_do_not_come_here(app: Flask, client: FlaskClient, world: World) -> None:
    _, request = ask(client, world)
    manager = sign_in(app.test_client(), world.manager)  # decides on other kinds
    assert request not in manager.get("/approvals").text
    assert manager.get(request).status_code == 404
    assert manager.post(f"{request}/approve", data={"digest": ""}).status_code == 404
    for person in (world.investor, world.auditor):
        other = sign_in(app.test_client(), person)
        assert other.get("/approvals").status_code == 403
        assert other.get(request).status_code == 403
        assert other.post(f"{request}/approve", data={"digest": ""}).status_code == 403
    foreign = sign_in(app.test_client(), make_user(world.other_firm_id, "boss@example.com", Role.ADMINISTRATOR))
    assert foreign.get(request).status_code == 404
    assert foreign.post(f"{request}/approve", data={"digest": ""}).status_code == 404


def test_the_names_in_the_list_are_one_question(app: Flask) -> None:
    firm_id = found_firm("rising", "Rising Capital")
    administrator = make_user(firm_id, "chief@example.com", Role.ADMINISTRATOR)
    with acting_as(administrator.tenancy):
        for number in range(3):
            person = make_user(firm_id, f"rising{number}@example.com", Role.ASSOCIATE)
            assert person.user_id
            propose_roles(administrator, person.user_id, roles=[Role.MANAGER], reason="Promoted")
        found = list_approvals(administrator, before=START, most=10)
        with noted_statements() as sent:
            names = names_of(administrator, found)
    assert sorted(names.values()) == ["Rising0", "Rising1", "Rising2"]
    assert len(sent) == 1
