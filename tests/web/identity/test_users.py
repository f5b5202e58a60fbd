"""People of the firm, as pages of the administrator."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD, make_user
from tests.factories.web import sign_in


def test_only_administrators_decide_for_the_firm(client: FlaskClient, world: World) -> None:
    for person, may_read in ((world.investor, 403), (world.manager, 200), (world.auditor, 403)):
        sign_in(client, person)
        assert client.get("/users").status_code == may_read
        assert client.get(f"/users/{world.investor.user_id}").status_code == 403
        assert client.post("/users/open-registration", data={"opened": "yes"}).status_code == 403
        client.post("/sign-out")


def test_who_is_switched_off_is_out_at_once_and_back_by_two(app: Flask, client: FlaskClient, world: World) -> None:
    leaver = make_user(world.firm_id, "leaver@example.com", Role.ASSOCIATE)
    browser, token = sign_in(app.test_client(), leaver), bearer(leaver)
    sign_in(client, world.administrator)
    page = f"/users/{leaver.user_id}"

    assert "Switched off" in client.post(f"{page}/switch-off", follow_redirects=True).text
    assert browser.get("/").location.startswith("/sign-in")
    assert app.test_client().get("/api/v1/investments/portfolio", headers=token).status_code == 401
    entered = app.test_client().post("/sign-in", data={"email": "leaver@example.com", "password": PASSWORD})
    assert entered.status_code == 422
    assert client.post(f"{page}/switch-off").status_code == client.post(f"{page}/password-link").status_code == 409
    shown = client.get(page).text
    assert "no, switched off" in shown
    assert "Change roles" not in shown

    assert "Say why." in client.post(f"{page}/return", data={"reason": ""}).text
    asked = client.post(f"{page}/return", data={"reason": "Back from leave"})
    assert asked.status_code == 303
    assert "This waits for approval" in client.get(page).text
    officer = sign_in(app.test_client(), make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE))
    read = officer.get(asked.location).text
    assert "Back from leave" in read
    assert "IR associate" in read
    found = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', read)
    assert found
    assert officer.post(f"{asked.location}/approve", data={"digest": found[1]}).status_code == 303
    assert browser.get("/").location.startswith("/sign-in"), "the old session stays ended"
    assert sign_in(app.test_client(), leaver).get("/").status_code == 200
    assert client.post(f"{page}/return", data={"reason": "Once more"}).status_code == 409


def test_nobody_switches_themselves_or_the_last_administrator_off(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    page = f"/users/{world.administrator.user_id}"
    assert client.post(f"{page}/switch-off").status_code == 403
    other = make_user(world.firm_id, "other.administrator@example.com", Role.ADMINISTRATOR)
    assert client.post(f"/users/{other.user_id}/switch-off").status_code == 303
    assert client.post(f"/users/{world.foreign_investor.user_id}/switch-off").status_code == 404


def test_a_person_is_signed_out_and_sent_a_link_for_a_password(app: Flask, client: FlaskClient, world: World) -> None:
    browser = sign_in(app.test_client(), world.manager)
    sign_in(client, world.administrator)
    page = f"/users/{world.manager.user_id}"
    assert "on its way" in client.post(f"{page}/password-link", follow_redirects=True).text
    with acting_as(Actor.system(world.firm_id).tenancy):
        assert db.fetch_value("SELECT count(*) FROM platform.outbox WHERE job = 'accounts.start_reset'") == 1
    assert "Signed out everywhere" in client.post(f"{page}/sign-out", follow_redirects=True).text
    assert browser.get("/").location.startswith("/sign-in")
    for act in ("sign-out", "password-link", "switch-off", "return"):
        assert sign_in(app.test_client(), world.manager).post(f"{page}/{act}").status_code == 403


def test_who_is_here_is_not_let_back_in_whatever_is_typed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    for reason in ("", "They are back"):
        answer = client.post(f"/users/{world.associate.user_id}/return", data={"reason": reason})
        assert answer.status_code == 409


def test_who_asked_for_a_role_may_ask_otherwise_and_nobody_else(client: FlaskClient, world: World) -> None:
    page = f"/users/{make_user(world.firm_id, 'rising@example.com', Role.ASSOCIATE).user_id}"
    sign_in(client, world.administrator)
    first = client.post(f"{page}/roles", data={"roles": ["manager"], "reason": "Promoted"})
    shown = client.get(page).text
    assert "Change the request" in shown
    assert re.search(r'value="manager"[^>]* checked|checked[^>]* value="manager"', shown), "as it was asked for"
    assert "Promoted</textarea>" in shown
    second = client.post(f"{page}/roles", data={"roles": ["auditor"], "reason": "To the auditors, rather"})
    assert second.location == first.location
    assert "Auditor" in client.get(second.location).text
    client.post("/sign-out")

    sign_in(client, make_user(world.firm_id, "another.chief@example.com", Role.ADMINISTRATOR))
    assert "Change the request" not in client.get(page).text
    assert client.post(f"{page}/roles", data={"roles": ["manager"], "reason": "Mine"}).status_code == 422
