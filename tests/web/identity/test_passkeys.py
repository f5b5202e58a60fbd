"""Signing in with a passkey, setting it up, removing it, proving oneself by it, as pages; and once in Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.passkeys.queries import list_passkeys
from portal.domain.identity.passkeys.values import Passkey
from portal.platform import clock, db
from portal.platform.ids import new_id
from portal.platform.resources import EXTENSION, Resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, give_totp, make_user, totp_code
from tests.factories.passkeys import Authenticator, give_passkey
from tests.factories.web import sign_in
from tests.web.browser import WATCH, accessibility_findings, follow, served, violations
from tests.web.identity.conftest import Post
from tests.web.identity.test_factors import LATER, cookie_of, enter, hidden, shown_codes, standing_of


def filled(client: FlaskClient, authenticator: Authenticator, question: str) -> dict[str, str]:
    """The fields that the script fills: it asks at `question`, and the authenticator answers."""
    asked = client.get(question)
    assert asked.headers["Cache-Control"] == "no-store"
    options = asked.json["publicKey"]
    credential = authenticator.create(options) if "user" in options else authenticator.get(options)
    return {"ceremony": asked.json["ceremony"], "credential": json.dumps(credential)}


def come_in(client: FlaskClient, authenticator: Authenticator, target: str = "/") -> TestResponse:
    """Sign in with nothing but a passkey."""
    return client.post("/sign-in", data={**filled(client, authenticator, "/passkeys/sign-in"), "next": target})


def set_up(client: FlaskClient, authenticator: Authenticator, **fields: str) -> TestResponse:
    return client.post(
        "/passkeys", data={**filled(client, authenticator, "/passkeys/offer"), "name": "Phone", **fields}
    )


def passkeys_of(actor: Actor) -> list[Passkey]:
    with acting_as(actor.tenancy):
        return list(list_passkeys(actor))


def test_a_passkey_alone_opens_the_portal(client: FlaskClient, manager: Actor) -> None:
    phone = give_passkey(manager)

    entered = come_in(client, phone, "/operations/jobs")

    assert (entered.status_code, entered.location) == (303, "/operations/jobs")
    assert client.get("/operations/jobs").status_code == 200
    assert client.get("/security").status_code == 200
    assert client.post("/factors/recovery-codes").status_code == 200, "a passkey is a proof of late"


def test_a_passkey_that_is_not_known_is_told_so(client: FlaskClient, manager: Actor) -> None:
    phone = give_passkey(manager)
    refused = come_in(client, replace(phone, credential_id=b"another one"))
    assert refused.status_code == 422
    assert "This passkey opens nothing here" in refused.text
    data = filled(client, phone, "/passkeys/sign-in")
    assert client.post("/sign-in", data=data).status_code == 303
    client.post("/sign-out")
    again = client.post("/sign-in", data=data)
    assert (again.status_code, "sent twice" in again.text) == (422, True)
    assert client.post("/sign-in", data={"credential": "x" * 20_001}).status_code == 422


def test_staff_set_a_passkey_up_in_place_of_an_app(client: FlaskClient, manager: Actor) -> None:
    assert enter(client, manager, "/operations/jobs").location == "/factors/new?next=/operations/jobs"
    pending = cookie_of(client)
    assert "/passkeys/new?next=/operations/jobs" in client.get("/factors/new?next=/operations/jobs").text
    assert "Set up an authenticator app instead" in client.get("/passkeys/new?next=/operations/jobs").text
    assert client.post("/passkeys", data={"name": "Phone"}).status_code == 422
    phone = Authenticator()

    shown = set_up(client, phone, next="/operations/jobs")

    assert len(shown_codes(shown)) == 10
    assert shown.headers["Cache-Control"] == "no-store"
    assert 'href="/operations/jobs"' in shown.text
    assert cookie_of(client) != pending
    assert client.get("/operations/jobs").status_code == 200
    client.post("/sign-out")
    assert come_in(client, phone).location == "/"


def test_a_passkey_is_the_second_step_too(client: FlaskClient, manager: Actor) -> None:
    phone = give_passkey(manager)
    assert enter(client, manager, "/operations/jobs").location == "/factors/code?next=/operations/jobs"
    page = client.get("/factors/code?next=/operations/jobs")
    assert "Use a passkey" in page.text
    assert "authenticator app" not in page.text
    wrong = client.post("/factors/code", data=filled(client, Authenticator(), "/passkeys/proof"))
    assert (wrong.status_code, "This passkey did not work here" in wrong.text) == (422, True)
    data = {**filled(client, phone, "/passkeys/proof"), "next": hidden(page, "next")}
    assert client.post("/factors/code", data=data).location == "/operations/jobs"
    assert client.get("/operations/jobs").status_code == 200


def test_a_pending_session_sets_no_passkey_up(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    enter(client, manager)
    for path in ("/passkeys/new", "/passkeys/offer"):
        assert client.get(path).location.startswith("/sign-in"), path
    assert client.post("/passkeys").location.startswith("/sign-in")


def test_a_passkey_stands_beside_an_app(client: FlaskClient, investor: Actor) -> None:
    codes = give_totp(investor)
    sign_in(client, investor)
    assert set_up(client, Authenticator(), name="Laptop").location == "/security"
    page = client.get("/security")
    assert "Laptop" in page.text
    assert "10 recovery codes are left" in page.text
    (laptop,) = passkeys_of(investor)
    assert client.post("/factors/remove").location == "/security"
    assert client.post(f"/passkeys/{laptop.id}/remove").location == "/security"
    assert not standing_of(investor).enrolled
    client.post("/sign-out")
    assert enter(client, investor).location == "/"
    assert codes


def test_the_last_factor_of_staff_stays(client: FlaskClient, manager: Actor) -> None:
    give_passkey(manager)
    sign_in(client, manager)
    (only,) = passkeys_of(manager)
    assert "/remove" not in client.get("/security").text
    assert client.post(f"/passkeys/{only.id}/remove").status_code == 409
    assert standing_of(manager).passkeys == 1


def test_nobody_removes_anothers(client: FlaskClient, investor: Actor, another_investor: Actor) -> None:
    give_passkey(investor)
    (theirs,) = passkeys_of(investor)
    sign_in(client, another_investor)
    assert client.post(f"/passkeys/{theirs.id}/remove").status_code == 404
    assert client.post(f"/passkeys/{UUID(int=1)}/remove").status_code == 404
    assert passkeys_of(investor) == [theirs]


def test_one_is_renamed_by_its_person_alone(client: FlaskClient, investor: Actor, another_investor: Actor) -> None:
    give_passkey(investor)
    (key,) = passkeys_of(investor)
    page = f"/passkeys/{key.id}/name"
    sign_in(client, another_investor)
    assert (client.get(page).status_code, client.post(page, data={"name": "Mine"}).status_code) == (404, 404)
    sign_in(client, investor)
    assert page in client.get("/security").text
    assert key.name in client.get(page).text
    for name in (" ", "x" * 61):
        assert client.post(page, data={"name": name}).status_code == 422
    assert client.post(page, data={"name": " The  blue <key> "}).location == "/security"
    assert [each.name for each in passkeys_of(investor)] == ["The blue <key>"]
    assert "The blue &lt;key&gt;" in client.get("/security").text


def test_a_refused_passkey_at_the_second_step_is_recorded(client: FlaskClient, investor: Actor) -> None:
    give_passkey(investor)
    enter(client, investor)
    refused = client.post("/factors/code", data=filled(client, Authenticator(), "/passkeys/proof"))
    assert refused.status_code == 422
    with acting_as(Actor.system(investor.firm_id).tenancy):
        told = db.fetch_all(
            "SELECT act, result FROM identity.audit_events WHERE actor_id = %(id)s ORDER BY id DESC LIMIT 1",
            id=investor.user_id,
        )
    assert [tuple(each) for each in told] == [("factor.prove", "refused")]


def test_after_five_minutes_a_passkey_is_the_proof(client: FlaskClient, investor: Actor) -> None:
    phone = give_passkey(investor)
    sign_in(client, investor)
    with time_machine.travel(clock.now() + LATER, tick=True):
        assert client.get("/passkeys/offer").status_code == 403
        assert "Prove that it is you" in client.get("/passkeys/new").text
        asked = client.post("/factors/recovery-codes")
        assert "Use a passkey" in asked.text
        typed = {"typed": hidden(asked, "typed")}
        wrong = client.post(
            "/factors/recovery-codes", data={**typed, **filled(client, Authenticator(), "/passkeys/proof")}
        )
        assert wrong.status_code == 422
        done = client.post("/factors/recovery-codes", data={**typed, **filled(client, phone, "/passkeys/proof")})
        assert len(shown_codes(done)) == 10


def test_setting_one_up_signs_out_who_knew_the_password_alone(app: Flask, world: World) -> None:
    victim, thief = app.test_client(), app.test_client()
    for client in (thief, victim):
        enter(client, world.investor)
    stale = thief.get("/passkeys/offer").json
    assert len(shown_codes(set_up(victim, Authenticator()))) == 10
    assert thief.get("/investments/portfolio").status_code == 303
    data = {"ceremony": stale["ceremony"], "credential": json.dumps(Authenticator().create(stale["publicKey"]))}
    assert thief.post("/passkeys", data=data).status_code == 303
    assert standing_of(world.investor).passkeys == 1


def test_few_recovery_codes_are_pointed_out(client: FlaskClient, investor: Actor) -> None:
    codes = give_totp(investor)
    for code in codes[:7]:
        enter(client, investor)
        assert client.post("/factors/code", data={"code": code}).status_code == 303
        client.post("/sign-out")
    sign_in(client, investor)
    assert "Only 3 recovery codes are left" in client.get("/security").text
    client.post("/factors/recovery-codes")
    assert "10 recovery codes are left" in client.get("/security").text


def test_each_change_is_told_by_mail(client: FlaskClient, investor: Actor, post: Post) -> None:
    sign_in(client, investor)
    page = client.get("/factors/new")
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    code = totp_code(secret=secret[1].replace(" ", ""))
    client.post("/factors", data={"enrolment": hidden(page, "enrolment"), "code": code})
    set_up(client, Authenticator())
    client.post("/factors/recovery-codes")
    client.post("/factors/remove")
    client.post(f"/passkeys/{passkeys_of(investor)[0].id}/remove")

    mails = post()
    subjects = [mail.partition("\n")[0].split("] ")[-1] for mail in mails]
    for subject in (
        "A second factor was set up",
        "A passkey was set up",
        "New recovery codes were made",
        "Your authenticator app was removed",
        "A passkey was removed",
    ):
        assert any(each.endswith(subject) for each in subjects), subjects
    assert all("ada.lane@example.com" in mail for mail in mails)
    assert all(code not in mail for mail in mails)


def test_the_hint_of_a_new_password_knows_of_a_factor(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    assert 'data-shortest="15"' in client.get("/security/password").text
    give_passkey(investor)
    assert 'data-shortest="12"' in client.get("/security/password").text


def test_a_question_is_not_kept_for_later(client: FlaskClient, manager: Actor) -> None:
    phone = give_passkey(manager)
    data = filled(client, phone, "/passkeys/sign-in")
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        late = client.post("/sign-in", data=data)
    assert (late.status_code, "This took too long" in late.text) == (422, True)


@contextmanager
def reachable(app: Flask) -> Iterator[str]:
    """The app under a name that passkeys can be bound to, and that its settings know."""
    before: Resources = app.extensions[EXTENSION]
    with served(app) as address:
        url = address.replace("127.0.0.1", "localhost")
        app.extensions[EXTENSION] = replace(before, settings=replace(before.settings, public_url=url))
        try:
            yield url
        finally:
            app.extensions[EXTENSION] = before


def with_authenticator(page: Page) -> None:
    """A phone that the browser talks to, whose person agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def is_clean(page: Page) -> None:
    assert violations(page) == []
    assert accessibility_findings(page) == []


@pytest.mark.journey
def test_in_a_browser(committed_app: Flask, browser: Browser, world: World) -> None:
    with committed_app.app_context():
        email = f"{new_id()}@example.com"
        make_user(world.firm_id, email, Role.ASSOCIATE)
    with reachable(committed_app) as url:
        page = browser.new_page()
        page.add_init_script(WATCH)
        with_authenticator(page)
        page.goto(f"{url}/sign-in")
        is_clean(page)
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        follow(page.get_by_role("link", name="Set up a passkey instead"))
        is_clean(page)
        page.get_by_role("button", name="Set up the passkey").click()
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        page.get_by_role("link", name="go on").click()
        page.goto(f"{url}/security")
        expect(page.get_by_role("region", name="Passkeys")).to_contain_text("on one device")
        is_clean(page)
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("button", name="Set up the passkey").click()
        expect(page.get_by_text("a passkey of yours on this device already")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda address: urlsplit(address).path == "/")
        page.close()


@pytest.mark.journey
def test_without_scripts_the_other_ways_stand(app: Flask, browser: Browser, manager: Actor) -> None:
    context = browser.new_context(java_script_enabled=False)
    with served(app) as url:
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    context.close()
