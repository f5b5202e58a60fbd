"""Staff correct the address that somebody signs in with: asked for by one, approved by another, told to both sides."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.leaving.services import switch_user_off
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, make_user
from tests.factories.passkeys import give_passkey
from tests.factories.web import sign_in
from tests.web.browser import accessibility_findings, served
from tests.web.identity.conftest import Post, link_in
from tests.web.identity.test_approvals import digest
from tests.web.identity.test_factors import cookie_of

OLD, NEW = "ada.lane@example.com", "ada.lane@example.org"
ASKED = {"email": NEW.upper(), "reason": "Called her by the number on file; her company closed."}


@pytest.fixture
def officer(app: Flask, world: World) -> FlaskClient:
    """Who may approve."""
    return sign_in(app.test_client(), make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE))


def ask(client: FlaskClient, world: World, **typed: str) -> str:
    """The address of the request."""
    sign_in(client, world.administrator)
    place = f"/corrections/{world.investor.user_id}"
    assert place in client.get(f"/users/{world.investor.user_id}").text
    assert OLD in client.get(place).text
    asked = client.post(place, data=ASKED | typed)
    assert asked.status_code == 303
    return asked.location


def approve(officer: FlaskClient, request: str) -> int:
    return officer.post(f"{request}/approve", data={"digest": digest(officer.get(request).text)}).status_code


def address_of(person: Actor) -> str:
    system = Actor.system(person.firm_id)
    assert person.user_id
    with acting_as(system.tenancy):
        return get_user(system, person.user_id).email


def enters(app: Flask, email: str) -> bool:
    return app.test_client().post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303


def test_two_people_correct_it_and_both_addresses_are_told(
    app: Flask, client: FlaskClient, officer: FlaskClient, world: World, post: Post
) -> None:
    request = ask(client, world)
    shown = officer.get(request).text
    assert OLD in shown
    assert NEW in shown
    assert "A correction waits for approval" in client.get(f"/corrections/{world.investor.user_id}").text
    assert "Approve and do it" not in client.get(request).text
    assert address_of(world.investor) == OLD

    assert approve(officer, request) == 303
    post()

    assert address_of(world.investor) == NEW
    assert (enters(app, OLD), enters(app, NEW)) == (False, True)


def test_the_present_address_undoes_it(
    app: Flask, client: FlaskClient, officer: FlaskClient, world: World, post: Post
) -> None:
    approve(officer, ask(client, world))
    letters = [mail for mail in [*post(), *post()] if "Your e-mail address was changed" in mail]
    assert len(letters) == 2
    assert all("Two people of Harbour Capital corrected it" in mail for mail in letters)
    (old,) = [mail for mail in letters if "This was not me" in mail]
    assert OLD in old.partition("\n")[0]
    assert app.test_client().post(link_in(old, "contact/undo")).status_code == 303
    assert address_of(world.investor) == OLD


def test_the_request_holds_no_address_that_can_be_read(client: FlaskClient, world: World) -> None:
    ask(client, world)
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all(
            "SELECT a::text AS row FROM identity.approvals a UNION ALL SELECT e::text FROM identity.audit_events e"
        )
    assert not [row.row for row in rows if "ada.lane" in row.row]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": OLD}, "what we have already"),
        ({"email": "ben.ortiz@example.com"}, "is here already"),
        ({"email": "nonsense"}, "not an address"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_what_is_wrong_is_told_beside_it(
    client: FlaskClient, world: World, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client, world.administrator)
    answer = client.post(f"/corrections/{world.investor.user_id}", data=ASKED | typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_who_may_not_and_whose_may_not(client: FlaskClient, world: World) -> None:
    for stranger in (world.investor, world.associate, world.manager):
        assert sign_in(client, stranger).post(f"/corrections/{world.investor.user_id}", data=ASKED).status_code == 403
    sign_in(client, world.administrator)
    assert client.get(f"/corrections/{world.foreign_investor.user_id}").status_code == 404
    own = client.post(f"/corrections/{world.administrator.user_id}", data=ASKED)
    assert (own.status_code, "under Security" in own.text) == (422, True)


def test_nobody_decides_on_their_own_address(app: Flask, client: FlaskClient, world: World) -> None:
    colleague = make_user(world.firm_id, "colleague@example.com", Role.COMPLIANCE)
    sign_in(client, world.administrator)
    request = client.post(f"/corrections/{colleague.user_id}", data=ASKED).location
    theirs = sign_in(app.test_client(), colleague)
    assert "Approve and do it" not in theirs.get(request).text
    assert theirs.post(f"{request}/approve", data={"digest": "0" * 64}).status_code == 422
    assert address_of(colleague) == "colleague@example.com"


def test_what_changed_since_it_was_asked_for_is_not_overwritten(
    client: FlaskClient, officer: FlaskClient, world: World
) -> None:
    request = ask(client, world)
    make_user(world.firm_id, NEW, Role.INVESTOR)
    assert approve(officer, request) == 422
    assert world.investor.user_id
    with acting_as(world.administrator.tenancy):
        switch_user_off(world.administrator, world.investor.user_id)
    answer = officer.post(f"{request}/approve", data={"digest": digest(officer.get(request).text)})
    assert (answer.status_code, "ask anew" in answer.text) == (422, True)
    assert address_of(world.investor) == OLD


def test_it_is_asked_for_in_a_browser(client: FlaskClient, world: World, browser: Browser) -> None:
    sign_in(client, world.administrator)
    give_passkey(world.administrator, name="The blue key")
    with served(client.application) as url:
        context = browser.new_context()
        context.add_cookies([{"name": "sid", "value": cookie_of(client), "url": url}])
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{url}/users/{world.investor.user_id}")
        page.get_by_role("link", name="Correct the address").click()
        page.get_by_label("Right e-mail address").fill(NEW)
        page.get_by_label("Reason").fill("Called her.")
        assert accessibility_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Ask for approval").click()
        expect(page.get_by_text(NEW)).to_be_visible()
        page.goto(f"{url}/security")
        page.get_by_role("link", name="Rename The blue key").click()
        page.get_by_label("Name").fill("The green key")
        assert accessibility_findings(page) == []
        page.get_by_role("button", name="Rename").click()
        expect(page.get_by_role("rowheader", name="The green key")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        context.close()
