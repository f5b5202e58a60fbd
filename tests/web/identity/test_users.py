"""People of the firm, as pages of the administrator."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.approvals.queries import find_open_approval
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD, make_user
from tests.factories.web import sign_in

GOOD = {
    "name": "Cleo Marsh",
    "email": "Cleo@Example.com",
    "password": "fifteen letters and more",
    "roles": ["investor"],
}


def test_a_person_is_added_and_signs_in(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    assert "cleo@example.com" in client.post("/users", data=GOOD, follow_redirects=True).text
    client.post("/sign-out")
    entered = client.post("/sign-in", data={"email": "cleo@example.com", "password": GOOD["password"], "next": "/"})
    assert entered.status_code == 303


def test_a_colleague_who_is_added_waits_for_approval(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    assert client.post("/users", data={**GOOD, "roles": ["administrator", "investor"]}).status_code == 303
    with acting_as(world.administrator.tenancy):
        person = find_user_by_email(world.administrator, GOOD["email"])
        assert person is not None
        assert person.roles == {Role.INVESTOR}
        asked = find_open_approval(world.administrator, "roles.change", f"user:{person.id}")
        assert asked is not None
        assert asked.content == {"before": ["investor"], "after": ["administrator", "investor"]}


def test_the_form_says_what_to_mend(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    refused = client.post("/users", data={"name": "Cleo Marsh", "email": "no", "password": "short"})
    assert refused.status_code == 422
    for message in ("This is not an address.", "Between 15 and 128", "Choose at least one role."):
        assert message in refused.text
    taken = client.post("/users", data={**GOOD, "email": "manager@example.com"})
    assert taken.status_code == 422
    assert "here already" in taken.text


def test_only_administrators_add_people_and_only_who_invites_comes_here(client: FlaskClient, world: World) -> None:
    for person, may_read in ((world.investor, 403), (world.manager, 200), (world.auditor, 403)):
        sign_in(client, person)
        assert client.get("/users").status_code == may_read
        assert client.get("/users/new").status_code == client.post("/users", data=GOOD).status_code == 403
        assert client.post("/users/open-registration", data={"opened": "yes"}).status_code == 403
        client.post("/sign-out")


def test_a_first_password_that_is_easy_to_guess_is_refused(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    refused = client.post("/users", data={**GOOD, "password": "harbourcapital2026"})
    assert refused.status_code == 422
    assert "made of your name" in refused.text


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
