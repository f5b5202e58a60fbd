"""Signing in and out, as pages."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.services import grant_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.sessions.queries import find_web_session
from portal.domain.identity.sessions.values import IDLE_STAFF, Proof
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD, make_user
from tests.factories.web import sign_in
from tests.web.identity.test_factors import enter


def test_wrong_credentials_say_the_same_whichever_is_wrong(client: FlaskClient) -> None:
    known = client.post("/sign-in", data={"email": "ada.lane@example.com", "password": "wrong"})
    unknown = client.post("/sign-in", data={"email": "nobody.there@example.com", "password": "wrong"})
    assert known.status_code == unknown.status_code == 422
    assert "do not match" in known.text
    assert "ada.lane@example.com" in known.text
    assert 'value="wrong"' not in known.text


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("/people/investor-accounts?search=a", "/people/investor-accounts?search=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://localhost/operations/jobs", "/operations/jobs"),
    ],
)
def test_one_lands_where_one_was_going_on_this_host(client: FlaskClient, target: str, place: str) -> None:
    data = {"email": "ada.lane@example.com", "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=data).location == place


def test_the_session_is_in_the_database_and_ends_there(client: FlaskClient, investor: Actor) -> None:
    client.post("/sign-in", data={"email": "ada.lane@example.com", "password": PASSWORD, "next": "/"})
    cookie = client.get_cookie("sid")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert client.get("/security").status_code == 200
    client.post("/sign-out")
    assert find_web_session(cookie.value) is None
    client.set_cookie("sid", cookie.value)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("change", ["seen_at = seen_at - %(idle)s", "expires_at = now()", "revoked_at = now()"])
def test_an_idle_expired_or_revoked_session_is_over(client: FlaskClient, manager: Actor, change: str) -> None:
    sign_in(client, manager)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        _change(change)
    assert client.get("/").status_code == 303


@db.transactional
def _change(change: str) -> None:
    db.execute(f"UPDATE identity.sessions SET {change}", idle=IDLE_STAFF)


def test_htmx_is_sent_to_the_sign_in_page(client: FlaskClient) -> None:
    answer = client.get("/operations/jobs", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=")


def test_a_password_alone_opens_nothing_once_a_factor_is_needed(app: Flask, world: World) -> None:
    person = make_user(world.firm_id, "promoted@example.com", Role.INVESTOR)
    assert person.user_id
    browser, headers = app.test_client(), bearer(person, proven_by=Proof.PASSWORD)
    browser.post("/sign-in", data={"email": "promoted@example.com", "password": PASSWORD, "next": "/"})
    assert browser.get("/investments/portfolio").status_code == 200
    assert browser.get("/api/v1/investments/portfolio", headers=headers).status_code == 200
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        grant_role(system, person.user_id, role=Role.ASSOCIATE)
    assert browser.get("/investments/portfolio").status_code == 303
    assert browser.get("/api/v1/investments/portfolio", headers=headers).status_code == 401


def test_who_signs_in_anew_leaves_no_session_behind(
    client: FlaskClient, investor: Actor, another_investor: Actor
) -> None:
    """A shared browser: the cookie of whoever was signed in before opens nothing any more."""
    sign_in(client, investor)
    before = client.get_cookie("sid")
    assert before
    assert enter(client, another_investor).status_code == 303
    assert client.get("/security").status_code == 200
    client.set_cookie("sid", before.value)
    assert client.get("/security").status_code == 303
