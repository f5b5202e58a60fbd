"""How safely one signs in: the second factor, changing the password, ending sessions."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.identity.devices.queries import list_devices
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD, give_totp
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post

NEW = "turnip lantern over Oslo"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"


def arrive(app: Flask, person: Actor, agent: str, address: str = "192.0.2.7") -> FlaskClient:
    """A browser of this kind at this address, with the person signed in."""
    return sign_in(app.test_client(), person, agent=agent, address=address)


def test_a_changed_password_ends_every_other_session(app: Flask, investor: Actor, post: Post) -> None:
    here, there = arrive(app, investor, FIREFOX), arrive(app, investor, SAFARI)
    phone = bearer(investor)
    post()
    done = here.post("/security/password", data={"current": PASSWORD, "password": NEW}, follow_redirects=True)
    assert "Your password is changed" in done.text
    assert here.get("/security/sessions").status_code == 200
    assert there.get("/").status_code == 303
    assert here.get("/api/v1/auth/sessions", headers=phone).status_code == 401
    (notice,) = post()
    assert "Your password was changed" in notice
    with acting_as(Actor.system(investor.firm_id).tenancy):
        acts = {row.act for row in db.fetch_all("SELECT act FROM identity.audit_events")}
    assert {"password.change", "session.end_all"} <= acts


def test_the_present_password_is_asked_for_and_guessing_it_is_limited(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    for _ in range(10):
        refused = client.post("/security/password", data={"current": "wrong", "password": NEW})
        assert (refused.status_code, "not your present password" in refused.text) == (422, True)
    stopped = client.post("/security/password", data={"current": PASSWORD, "password": NEW})
    assert (stopped.status_code, "Try again in" in stopped.text) == (429, True)
    assert int(stopped.headers["Retry-After"]) <= 300
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert client.post("/security/password", data={"current": PASSWORD, "password": NEW}).status_code == 303


def test_a_password_of_ones_own_name_is_refused(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    refused = client.post("/security/password", data={"current": PASSWORD, "password": "Ada Lane at Harbour"})
    assert (refused.status_code, "made of your name" in refused.text) == (422, True)


def test_sessions_are_listed_in_words_and_ended_at_once(app: Flask, investor: Actor) -> None:
    here, there, third = (arrive(app, investor, agent) for agent in (FIREFOX, SAFARI, "HarbourApp/1.0 (iPhone)"))
    listed = here.get("/security/sessions").text
    for words in ("Firefox on Windows", "Safari on Mac", "HarbourApp on iPhone", "192.0.2.7"):
        assert words in listed
    assert listed.count("this one") == 1
    with acting_as(investor.tenancy):
        other = next(each for each in list_devices(investor) if each.agent == "Safari on Mac")
    assert here.post(f"/security/sessions/{other.id}/end").status_code == 303
    assert there.get("/").status_code == 303
    assert third.get("/security/sessions").status_code == 200
    here.post("/security/sessions/end-others")
    assert third.get("/").status_code == 303
    assert here.get("/security/sessions").status_code == 200


def test_nobody_sees_or_ends_the_sessions_of_others(app: Flask, world: World) -> None:
    here = arrive(app, world.investor, FIREFOX)
    for person in (world.another_investor, world.manager, world.foreign_investor, world.foreign_manager):
        other = arrive(app, person, "OtherApp/1.0")
        with acting_as(world.investor.tenancy):
            mine = next(each for each in list_devices(world.investor) if each.agent == "Firefox on Windows")
        assert "Firefox on Windows" not in other.get("/security/sessions").text
        assert other.post(f"/security/sessions/{mine.id}/end").status_code == 404
        other.post("/security/sessions/end-others")
        assert here.get("/security/sessions").status_code == 200


def test_a_sign_in_from_somewhere_new_is_told(app: Flask, investor: Actor, post: Post) -> None:
    first = arrive(app, investor, FIREFOX)
    before = len([mail for mail in post() if "New sign-in" in mail])
    arrive(app, investor, FIREFOX, "192.0.77.1")
    assert post() == []
    arrive(app, investor, SAFARI)
    (mail,) = post()
    assert "New sign-in: Safari on Mac" in mail
    assert "192.0.2.7" in mail
    arrive(app, investor, SAFARI, "198.51.100.4")
    assert "198.51.100.4" in post()[0]
    assert first.get("/security/sessions").status_code == 200
    assert before <= 1
    with acting_as(Actor.system(investor.firm_id).tenancy):
        _age_sessions()
    arrive(app, investor, FIREFOX)
    assert "New sign-in: Firefox on Windows" in post()[0]


@transactional
def _age_sessions() -> None:
    db.execute("UPDATE identity.sessions SET created_at = created_at - interval '91 days'")


def test_it_is_linked_beside_the_name_and_says_how_one_stands(client: FlaskClient, world: World) -> None:
    sign_in(client, world.investor)
    assert 'href="/security"' in client.get("/investments/portfolio").text
    assert "password alone" in client.get("/security").text
    give_totp(world.investor)
    page = client.get("/security").text
    assert "10 recovery codes are left" in page
    assert "/factors/remove" in page


def test_staff_are_not_offered_to_remove_theirs(client: FlaskClient, world: World) -> None:
    give_totp(world.manager)
    sign_in(client, world.manager)
    page = client.get("/security").text
    assert "/factors/remove" not in page
    assert "/security/requirement" not in page


def test_only_administrators_decide_for_the_firm(client: FlaskClient, world: World) -> None:
    for person in (world.investor, world.manager, world.auditor):
        sign_in(client, person)
        assert client.post("/security/requirement", data={"required": "yes"}).status_code == 403
    sign_in(client, world.administrator)
    client.post("/security/requirement", data={"required": "yes"})
    assert "Every investor is led" in client.get("/security").text
    client.post("/security/requirement", data={"required": "no"})
    assert "choose for themselves" in client.get("/security").text
