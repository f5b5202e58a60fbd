"""People of the firm, as pages of the administrator."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.identity.approvals.queries import find_open_approval
from portal.platform.tenancy import acting_as
from tests.conftest import World
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
