"""The second step of signing in, setting an app up, and proving once more who one is, as pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.values import Standing
from portal.domain.identity.sessions.queries import find_web_session
from portal.platform import clock, db
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, give_totp, make_user, totp_code
from tests.factories.web import sign_in

LATER = timedelta(minutes=5, seconds=1)


def enter(client: FlaskClient, actor: Actor, target: str = "/") -> TestResponse:
    """The first step."""
    assert actor.user_id
    with acting_as(Actor.system(actor.firm_id).tenancy):
        email = get_user(actor, actor.user_id).email
    return client.post("/sign-in", data={"email": email, "password": PASSWORD, "next": target})


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return cookie.value


def standing_of(actor: Actor) -> Standing:
    with acting_as(actor.tenancy):
        return get_standing(actor.user_id)


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def shown_secret(page: TestResponse) -> str:
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page.text)
    assert found is not None
    return found[1].replace(" ", "")


def shown_codes(page: TestResponse) -> list[str]:
    return re.findall(r"<li><code>([A-Z2-7-]{29})</code></li>", page.text)


def test_the_code_comes_after_the_password(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    entered = enter(client, manager, "/operations/jobs")
    pending = cookie_of(client)

    assert entered.location == "/factors/code?next=/operations/jobs"
    assert find_web_session(pending) is None
    page = client.get(entered.location)
    assert "Enter your code" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    passed = client.post("/factors/code", data={"code": totp_code(), "next": hidden(page, "next")})
    assert (passed.status_code, passed.location) == (303, "/operations/jobs")
    assert cookie_of(client) != pending
    assert client.get("/operations/jobs").status_code == 200
    client.set_cookie("sid", pending)
    assert client.get("/factors/code").status_code == 303
    assert client.post("/factors/code", data={"code": totp_code(1)}).location.startswith("/sign-in")


def test_a_pending_session_opens_nothing_else(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    enter(client, manager)
    pending = cookie_of(client)
    for path in ("/", "/security", "/operations/jobs", "/investments/vehicles", "/factors/new"):
        assert client.get(path).location.startswith("/sign-in"), path
    for path in ("/factors", "/factors/remove", "/factors/recovery-codes", "/factors/proof", "/security/requirement"):
        assert client.post(path).location.startswith("/sign-in"), path
    assert client.get("/sign-in?next=/operations/jobs").location == "/factors/code?next=/operations/jobs"
    assert client.post("/sign-out").location == "/sign-in"
    client.set_cookie("sid", pending)
    assert client.get("/factors/code").location.startswith("/sign-in")


def test_a_wrong_code_is_asked_again_and_the_sixth_waits(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    enter(client, manager)
    for _ in range(5):
        assert client.post("/factors/code", data={"code": "000000"}).status_code == 422
    limited = client.post("/factors/code", data={"code": totp_code()})
    assert limited.status_code == 429
    assert 290 <= int(limited.headers["Retry-After"]) <= 300
    assert "Try again in 5 minutes" in limited.text
    assert client.get("/").status_code == 303


def test_a_recovery_code_opens_once(client: FlaskClient, manager: Actor) -> None:
    code, *_ = give_totp(manager)
    enter(client, manager)
    assert client.post("/factors/code", data={"code": code.lower()}).status_code == 303
    client.post("/sign-out")
    enter(client, manager)
    assert client.post("/factors/code", data={"code": code}).status_code == 422


def test_a_sign_in_that_waits_too_long_is_over(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    enter(client, manager)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        _expire()
    assert client.get("/factors/code").location.startswith("/sign-in")


def test_a_sign_in_that_ran_out_on_its_own_page_leads_home(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    assert enter(client, manager, "/factors/code?next=/x").location == "/factors/code?next=/"


@db.transactional
def _expire() -> None:
    db.execute("UPDATE identity.sessions SET expires_at = now() WHERE stage = 'factor'")


@pytest.fixture
def newcomer(world: World, app: object) -> Actor:
    """Staff who never signed in."""
    return make_user(world.firm_id, "newcomer@example.com", Role.ASSOCIATE)


def test_staff_set_an_app_up_before_anything_else(client: FlaskClient, newcomer: Actor) -> None:
    entered = enter(client, newcomer, "/operations/jobs")
    pending = cookie_of(client)
    assert entered.location == "/factors/new?next=/operations/jobs"
    assert client.get("/operations/jobs").location.startswith("/sign-in")
    page = client.get(entered.location)
    assert page.headers["Cache-Control"] == "no-store"
    assert "<svg" in page.text
    assert "style=" not in page.text
    sealed, secret = hidden(page, "enrolment"), shown_secret(page)
    assert secret not in sealed

    wrong = client.post("/factors", data={"enrolment": sealed, "code": "000000", "next": "/operations/jobs"})
    assert wrong.status_code == 422
    assert shown_secret(wrong) == secret
    shown = client.post(
        "/factors", data={"enrolment": sealed, "code": totp_code(secret=secret), "next": "/operations/jobs"}
    )

    assert len(shown_codes(shown)) == 10
    assert 'href="/operations/jobs"' in shown.text
    assert cookie_of(client) != pending
    assert client.get("/operations/jobs").status_code == 200
    assert standing_of(newcomer).codes_left == 10


def test_another_persons_enrolment_is_refused(client: FlaskClient, newcomer: Actor, investor: Actor) -> None:
    enter(client, newcomer)
    page = client.get("/factors/new")
    sealed, secret = hidden(page, "enrolment"), shown_secret(page)
    sign_in(client, investor)
    assert client.post("/factors", data={"enrolment": sealed, "code": totp_code(secret=secret)}).status_code == 409
    assert not standing_of(investor).enrolled


def test_a_password_alone_replaces_no_app(client: FlaskClient, newcomer: Actor) -> None:
    enter(client, newcomer)
    page = client.get("/factors/new")
    kept = give_totp(newcomer)  # meanwhile, in another browser
    data = {"enrolment": hidden(page, "enrolment"), "code": totp_code(secret=shown_secret(page))}
    assert client.post("/factors", data=data).status_code == 409
    assert client.get("/").location.startswith("/sign-in")
    client.post("/sign-out")
    enter(client, newcomer)
    assert client.post("/factors/code", data={"code": kept[0]}).status_code == 303


def test_setting_a_factor_up_signs_out_who_knew_the_password_alone(app: Flask, world: World) -> None:
    victim, thief = app.test_client(), app.test_client()
    for browser in (thief, victim):
        enter(browser, world.investor)
        assert browser.get("/investments/portfolio").status_code == 200
    page = victim.get("/factors/new")
    data = {"enrolment": hidden(page, "enrolment"), "code": totp_code(secret=shown_secret(page))}
    assert victim.post("/factors", data=data).status_code == 200
    assert victim.get("/investments/portfolio").status_code == 200
    assert thief.get("/investments/portfolio").status_code == 303
    assert thief.get("/factors/new").status_code == 303


def test_an_investor_may_and_where_the_firm_asks_must(client: FlaskClient, world: World) -> None:
    assert enter(client, world.investor).location == "/"
    client.post("/sign-out")
    sign_in(client, world.administrator)
    assert client.post("/security/requirement", data={"required": "yes"}).status_code == 303
    client.post("/sign-out")
    assert enter(client, world.investor).location == "/factors/new?next=/"
    client.post("/sign-out")
    assert enter(client, world.foreign_investor).location == "/"


def test_after_five_minutes_an_act_of_weight_asks_and_goes_on(client: FlaskClient, investor: Actor) -> None:
    codes = give_totp(investor)
    sign_in(client, investor)
    with time_machine.travel(clock.now() + LATER, tick=True):
        before = cookie_of(client)
        asked = client.post("/factors/recovery-codes")
        assert asked.status_code == 422
        assert "Prove that it is you" in asked.text
        typed = hidden(asked, "typed")
        wrong = client.post("/factors/recovery-codes", data={"typed": typed, "proof": "000000"})
        assert wrong.status_code == 422
        assert cookie_of(client) == before
        done = client.post("/factors/recovery-codes", data={"typed": hidden(wrong, "typed"), "proof": codes[0]})
        assert len(shown_codes(done)) == 10
        assert cookie_of(client) != before
        assert find_web_session(before) is None
        assert len(shown_codes(client.post("/factors/recovery-codes"))) == 10


def test_what_was_typed_waits_and_is_done_as_typed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.administrator)
    give_totp(world.administrator)
    with time_machine.travel(clock.now() + LATER, tick=True):
        asked = client.post("/security/requirement", data={"required": "yes"})
        data = {"typed": hidden(asked, "typed"), "proof": totp_code(), "required": "no"}
        assert client.post("/security/requirement", data=data).status_code == 303
    assert "Every investor is led" in client.get("/security").text


def test_a_form_that_waited_serves_nobody_and_nothing_else(client: FlaskClient, world: World) -> None:
    codes = give_totp(world.administrator)
    sign_in(client, world.administrator)
    with time_machine.travel(clock.now() + LATER, tick=True):
        typed = hidden(client.post("/factors/remove"), "typed")
        data = {"typed": typed, "proof": codes[0]}
        assert client.post("/security/requirement", data=data).status_code == 409
        assert client.post("/security/requirement", data={"typed": "é", "proof": codes[1]}).status_code == 409


def test_without_a_factor_the_password_is_the_proof(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + LATER, tick=True):
        asked = client.get("/factors/new?next=/security")
        assert 'action="/factors/proof"' in asked.text
        assert client.post("/factors/proof", data={"proof": "wrong", "next": "/x"}).status_code == 422
        gone_on = client.post("/factors/proof", data={"proof": PASSWORD, "next": hidden(asked, "next")})
        assert gone_on.location == "/factors/new?next=/security"
        assert "<svg" in client.get(gone_on.location).text
        away = client.post("/factors/proof", data={"proof": PASSWORD, "next": "https://evil.example/"})
        assert away.location == "/"


def test_passwords_are_tried_five_times_too(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    with time_machine.travel(clock.now() + LATER, tick=True):
        answers = [client.post("/factors/proof", data={"proof": "wrong"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_session_that_was_stepped_up_ends_when_it_would_have(client: FlaskClient, investor: Actor) -> None:
    sign_in(client, investor)
    before = _ends_at(investor)
    with time_machine.travel(clock.now() + LATER, tick=True):
        client.post("/factors/proof", data={"proof": PASSWORD})
    assert abs(_ends_at(investor) - before) < timedelta(seconds=5)


def _ends_at(actor: Actor) -> Any:
    with acting_as(GATE):
        return db.fetch_value(
            "SELECT max(expires_at) FROM identity.sessions WHERE user_id = %(id)s AND revoked_at IS NULL",
            id=actor.user_id,
        )


def test_an_app_is_replaced_and_removed(client: FlaskClient, investor: Actor) -> None:
    old = give_totp(investor)
    sign_in(client, investor)
    page = client.get("/factors/new")
    data = {"enrolment": hidden(page, "enrolment"), "code": totp_code(secret=shown_secret(page))}
    assert len(shown_codes(client.post("/factors", data=data))) == 10
    client.post("/sign-out")
    enter(client, investor)
    assert client.post("/factors/code", data={"code": old[0]}).status_code == 422
    assert client.post("/factors/code", data={"code": totp_code()}).status_code == 422
    sign_in(client, investor)
    assert client.post("/factors/remove").location == "/security"
    assert not standing_of(investor).enrolled


def test_staff_do_not_remove_theirs(client: FlaskClient, manager: Actor) -> None:
    give_totp(manager)
    sign_in(client, manager)
    assert client.post("/factors/remove").status_code == 409
    assert standing_of(manager).enrolled
