"""Asking for the removal of a lost factor, deciding it, stopping it: the pages and the mails on the way."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.recoveries.queries import find_own_recovery
from portal.domain.identity.recoveries.values import RecoveryState
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import give_totp, make_user
from tests.factories.web import sign_in
from tests.web.browser import accessibility_findings, follow, served
from tests.web.identity.conftest import Post, link_in
from tests.web.identity.test_factors import cookie_of, enter, hidden, standing_of

REASON = {"reason": "My phone fell into the harbour."}


@pytest.fixture
def officers(world: World, app: object) -> tuple[Actor, Actor]:
    """Two who may approve."""
    first, second = (make_user(world.firm_id, f"reviewer{n}@example.com", Role.COMPLIANCE) for n in (1, 2))
    return first, second


def ask(client: FlaskClient, person: Actor) -> UUID:
    """Come as far as the code, and say that the device is lost."""
    give_totp(person)
    enter(client, person)
    assert client.post("/recoveries", data=REASON).location == "/recoveries/new"
    return recovery_of(person)


def recovery_of(person: Actor) -> UUID:
    found = find_own_recovery(person)
    assert found is not None
    return found.id


def state_of(person: Actor) -> RecoveryState:
    found = find_own_recovery(person)
    assert found is not None
    return found.state


def approve(client: FlaskClient, officer: Actor, approval_id: UUID) -> str:
    """The text of the page after the approval."""
    sign_in(client, officer)
    page = client.get(f"/approvals/{approval_id}")
    data = {"digest": hidden(page, "digest")}
    assert client.post(f"/approvals/{approval_id}/approve", data=data).status_code == 303
    return client.get(f"/approvals/{approval_id}").text


def test_from_the_lost_device_to_a_new_one(
    client: FlaskClient, investor: Actor, officers: tuple[Actor, Actor], post: Post
) -> None:
    give_totp(investor)
    assert enter(client, investor).location.startswith("/factors/code")
    assert "/recoveries/new" in client.get("/factors/code").text
    assert client.post("/recoveries", data={"reason": " "}).status_code == 422
    assert client.post("/recoveries", data=REASON).location == "/recoveries/new"
    pending = cookie_of(client)
    assert "waits for two people of our staff" in client.get("/recoveries/new").text
    assert client.post("/recoveries", data=REASON).status_code == 422
    (told,) = post()
    assert "Removal of your second factor was asked for" in told
    recovery_id = recovery_of(investor)

    assert "Others have to approve it too" in approve(client, officers[0], recovery_id)
    second = approve(client, officers[1], recovery_id)
    assert "My phone fell into the harbour." in second
    assert "72 hours after the last approval" in second
    (told,) = post()
    assert "Your second factor will be removed" in told
    client.set_cookie("sid", pending)
    assert "Approved: your second factor is removed on" in client.get("/recoveries/new").text

    with acting_as(Actor.system(investor.firm_id).tenancy):
        _let_three_days_pass(recovery_id)
    (told,) = post()
    assert "Your second factor was removed" in told
    assert not standing_of(investor).enrolled
    assert enter(client, investor).location.startswith("/factors/new")


@db.transactional
def _let_three_days_pass(recovery_id: UUID) -> None:
    db.execute("UPDATE identity.recoveries SET due_at = now() - interval '1 minute' WHERE id = %(id)s", id=recovery_id)
    db.execute(
        "UPDATE platform.outbox SET due_at = now() WHERE job = 'accounts.complete_recovery'"
        " AND arguments->>'recovery_id' = %(id)s",
        id=str(recovery_id),
    )


def test_the_mails_link_stops_it(
    client: FlaskClient, investor: Actor, officers: tuple[Actor, Actor], post: Post
) -> None:
    recovery_id = ask(client, investor)
    (mail,) = post()
    link = link_in(mail, "recoveries/links")
    client.delete_cookie("sid")
    for _ in range(2):  # looking changes nothing, as mail programs look too
        assert "This was not me, stop it" in client.get(link).text
    assert state_of(investor) is RecoveryState.ASKED
    for officer in officers:
        approve(client, officer, recovery_id)
    (mail,) = post()
    assert link_in(mail, "recoveries/links") == link
    client.delete_cookie("sid")
    assert client.post(link).location == link
    assert "was stopped on" in client.get(link).text
    assert client.post(link).status_code == 409
    assert state_of(investor) is RecoveryState.STOPPED
    (mail,) = post()
    assert "was stopped" in mail
    assert "/recoveries/links/" not in mail
    assert client.get("/recoveries/links/nonsense").status_code == 404
    assert client.post("/recoveries/links/nonsense").status_code == 404


def test_the_person_signed_in_sees_it_and_stops_it(client: FlaskClient, world: World) -> None:
    recovery_id = ask(client, world.investor)
    sign_in(client, world.another_investor)
    assert client.post(f"/recoveries/{recovery_id}/stop").status_code == 404
    sign_in(client, world.investor)
    assert "Somebody asked for your second factor to be removed" in client.get("/security").text
    assert client.post(f"/recoveries/{recovery_id}/stop").location == "/security"
    assert "Somebody asked" not in client.get("/security").text
    client.post("/sign-out")
    enter(client, world.investor)
    assert "Your last request was stopped" in client.get("/recoveries/new").text


def test_staff_begin_it_and_see_how_it_stands(client: FlaskClient, world: World) -> None:
    person, there = world.investor, f"/users/{world.investor.user_id}"
    sign_in(client, world.administrator)
    assert "Remove a lost second factor" not in client.get(there).text
    give_totp(person)
    start = re.search(r'href="(/recoveries/people/[^"]+)"', client.get(there).text)
    assert start is not None
    assert "how you made sure" in client.get(start[1]).text
    assert client.post(start[1], data={"reason": ""}).status_code == 422
    begun = client.post(start[1], data=REASON)
    assert begun.location == f"/approvals/{recovery_of(person)}"
    page = client.get(begun.location).text
    assert "Removal of a lost second factor" in page
    assert "0 of 2" in page
    assert "A removal waits for approval" in client.get(there).text
    assert "A removal is under way" in client.get(start[1]).text
    assert client.post(start[1], data=REASON).status_code == 422
    assert client.post(f"/recoveries/{recovery_of(person)}/stop").location == "/users"
    assert state_of(person) is RecoveryState.STOPPED


def test_a_rejection_is_told_and_one_may_ask_again(
    client: FlaskClient, investor: Actor, officers: tuple[Actor, Actor], post: Post
) -> None:
    recovery_id = ask(client, investor)
    post()
    pending = cookie_of(client)
    sign_in(client, officers[0])
    page = client.get(f"/approvals/{recovery_id}")
    data = {"digest": hidden(page, "digest"), "comment": "Nobody answered the telephone."}
    assert client.post(f"/approvals/{recovery_id}/reject", data=data).status_code == 303
    (told,) = [mail for mail in post() if "Your second factor stays" in mail]
    assert told.startswith("Ada Lane")
    assert "call us" in told
    assert "http://localhost/password/forgot" in told
    assert "Nobody answered" not in told
    client.set_cookie("sid", pending)
    assert "Your last request was rejected" in client.get("/recoveries/new").text
    assert client.post("/recoveries", data=REASON).status_code == 303
    assert recovery_of(investor) != recovery_id


def test_what_staff_take_back_is_told(client: FlaskClient, world: World, post: Post) -> None:
    give_totp(world.investor)
    sign_in(client, world.administrator)
    asked = client.post(f"/recoveries/people/{world.investor.user_id}", data=REASON)
    post()
    assert client.post(f"{asked.location}/withdraw").status_code == 303
    (told,) = [mail for mail in post() if "Your second factor stays" in mail]
    assert "took back" in told


def test_only_who_is_on_the_way_in_asks(client: FlaskClient, world: World) -> None:
    assert client.get("/recoveries/new").location.startswith("/sign-in")
    sign_in(client, world.investor)
    assert client.post("/recoveries", data=REASON).location.startswith("/sign-in")
    assert client.get(f"/recoveries/people/{world.investor.user_id}").status_code == 403
    sign_in(client, world.foreign_manager)
    assert client.post(f"/recoveries/people/{world.investor.user_id}", data=REASON).status_code == 403
    foreign = make_user(world.other_firm_id, "foreign.administrator@example.com", Role.ADMINISTRATOR)
    sign_in(client, foreign)
    assert client.get(f"/recoveries/people/{world.investor.user_id}").status_code == 404
    assert client.post(f"/recoveries/people/{world.investor.user_id}", data=REASON).status_code == 404


@pytest.mark.journey
def test_the_pages_in_a_browser(client: FlaskClient, investor: Actor, browser: Browser) -> None:
    give_totp(investor)
    enter(client, investor)
    with served(client.application) as url:
        context = browser.new_context()
        context.add_cookies([{"name": "sid", "value": cookie_of(client), "url": url}])
        page = context.new_page()
        page.goto(f"{url}/factors/code")
        follow(page.get_by_role("link", name="I lost my device"))
        assert accessibility_findings(page) == []
        page.get_by_label("What happened").fill("Lost it.")
        page.get_by_role("button", name="Ask for the removal").click()
        page.get_by_text("waits for two people of our staff").wait_for()
        assert accessibility_findings(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        context.close()
