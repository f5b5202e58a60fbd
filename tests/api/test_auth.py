"""Whose token opens what, and whose does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.sessions.services import end_session, open_session
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.ids import new_id
from portal.platform.key_files import write_private
from portal.platform.ratelimit import Call, CallLimiter
from portal.platform.resources import EXTENSION, Resources, resources
from portal.platform.signing import TokenSigner, create_key
from portal.platform.tenancy import acting_as
from tests.api.conftest import Book
from tests.conftest import World
from tests.factories.api import Headers, bearer, open_app
from tests.factories.identity import make_user

GUARDED = ("portfolio", "holdings", "holdings/{holding}", "transactions")
URL = "/api/v1/investments/portfolio"


def assert_refused(answer: TestResponse, code: str) -> None:
    """401, with the reason and the way to ask."""
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.json["type"] == f"urn:problem-type:{code}"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="portal"')
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("resource", GUARDED)
def test_nothing_without_a_token(client: FlaskClient, book: Book, resource: str) -> None:
    url = f"/api/v1/investments/{resource.format(holding=book.holdings[0])}"

    assert_refused(client.get(url), "unauthenticated")
    assert "error=" not in client.get(url).headers["WWW-Authenticate"]


@pytest.mark.parametrize("resource", GUARDED)
def test_nothing_with_an_expired_token(client: FlaskClient, investor: Actor, book: Book, resource: str) -> None:
    url = f"/api/v1/investments/{resource.format(holding=book.holdings[0])}"

    answer = client.get(url, headers=bearer(investor, length=timedelta(seconds=-1)))

    assert_refused(answer, "token_refused")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_that_was_good_expires(client: FlaskClient, investor: Actor) -> None:
    headers = bearer(investor)
    assert client.get(URL, headers=headers).status_code == 200

    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert_refused(client.get(URL, headers=headers), "token_refused")


@pytest.mark.parametrize("resource", GUARDED)
def test_nothing_once_the_session_is_ended(client: FlaskClient, investor: Actor, book: Book, resource: str) -> None:
    url = f"/api/v1/investments/{resource.format(holding=book.holdings[0])}"
    session_id = open_app(investor)
    headers = bearer(investor, session_id=session_id)
    assert client.get(url, headers=headers).status_code == 200

    with acting_as(investor.tenancy):
        end_session(Actor(investor.firm_id, investor.user_id, investor.roles, investor.name, session_id))

    assert_refused(client.get(url, headers=headers), "session_ended")


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x", "Bearer a.b.c", "Bearer é", "Bearer " + "x" * 5000, "Token x"],
)
def test_what_is_no_token_is_refused(client: FlaskClient, header: str) -> None:
    assert client.get(URL, headers={"Authorization": header}).status_code == 401


def forged(actor: Actor, make: Callable[[str], str]) -> Headers:
    """The header with a token made of a good one's parts."""
    good = bearer(actor)["Authorization"].removeprefix("Bearer ")
    return {"Authorization": f"Bearer {make(good)}"}


def unsigned(token: str) -> str:
    """The same claims under the algorithm `none`."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, None, "none", {**jwt.get_unverified_header(token), "alg": "none"})


def by_secret(token: str) -> str:
    """The same claims signed with a shared secret instead of our key."""
    claims = jwt.decode(token, options={"verify_signature": False})
    secret = "known to everybody, and long enough to sign with"
    return jwt.encode(claims, secret, "HS256", {**jwt.get_unverified_header(token), "alg": "HS256"})


@pytest.mark.parametrize(
    "make", [unsigned, by_secret, lambda token: token[:-4] + "AAAA", lambda token: token.rpartition(".")[0] + "."]
)
def test_only_our_signature_counts(client: FlaskClient, investor: Actor, make: Callable[[str], str]) -> None:
    assert_refused(client.get(URL, headers=forged(investor, make)), "token_refused")


def test_a_token_for_another_place_is_refused(client: FlaskClient, investor: Actor, tmp_path: Path) -> None:
    ours = resources().signer
    create_key(tmp_path / "key.pem")
    foreign_key = TokenSigner(tmp_path / "key.pem", ours.issuer, ours.secret)
    foreign_issuer = TokenSigner(ours.key_file, "https://elsewhere.example", ours.secret)
    for signer in (foreign_key, foreign_issuer):
        token = signer.sign(
            subject=str(investor.user_id), session=str(open_app(investor)), length=timedelta(minutes=5), auth_time=0
        )
        assert_refused(client.get(URL, headers={"Authorization": f"Bearer {token}"}), "token_refused")


def test_the_session_has_to_be_an_app_of_that_person(client: FlaskClient, world: World) -> None:
    def browser(actor: Actor) -> UUID:
        with acting_as(Actor.system(actor.firm_id).tenancy):
            assert actor.user_id
            return open_session(
                actor.firm_id, actor.user_id, kind="web", token="t", agent="", address="", length=timedelta(hours=1)
            )

    for session_id in (new_id(), browser(world.investor), open_app(world.another_investor)):
        assert_refused(client.get(URL, headers=bearer(world.investor, session_id=session_id)), "session_ended")


@transactional
def dismiss(actor: Actor) -> None:
    db.execute("UPDATE identity.users SET active = false WHERE id = %(id)s", id=actor.user_id)


def test_who_has_left_is_refused_at_once(app: Flask, client: FlaskClient, world: World) -> None:
    leaving = make_user(world.firm_id, "leaving@example.com", Role.INVESTOR)
    headers = bearer(leaving)
    assert client.get(URL, headers=headers).status_code == 200

    with acting_as(Actor.system(world.firm_id).tenancy):
        dismiss(leaving)

    assert_refused(client.get(URL, headers=headers), "session_ended")


def test_a_browsers_cookie_opens_nothing(client: FlaskClient, investor: Actor) -> None:
    client.set_cookie("sid", "anything")

    assert_refused(client.get(URL), "unauthenticated")


def test_what_a_token_opens_is_kept_by_nobody_else(app: Flask, client: FlaskClient, investor: Actor) -> None:
    headers, said = bearer(investor), {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and "GET" in (rule.methods or ()):
            answer = client.get(re.sub("<[^>]+>", str(new_id()), rule.rule), headers=headers)
            said[rule.endpoint] = answer.headers["Cache-Control"]
    said["api.logout"] = client.post("/api/v1/auth/logout", headers=headers).headers["Cache-Control"]

    for public in ("api.show_description", "api.show_public_keys"):
        assert said.pop(public) == "public, max-age=300"
    assert len(said) >= 7
    assert set(said.values()) <= {"no-store", "private, no-cache"}


def test_a_person_asks_so_often_in_a_minute_whatever_app_they_use(
    app: Flask, client: FlaskClient, world: World
) -> None:
    before: Resources = app.extensions[EXTENSION]
    limiter = CallLimiter(before.settings.redis_url, {Call.READ: 4, Call.WRITE: 2}, processes=1)
    app.extensions[EXTENSION] = replace(before, limiter=limiter)
    busy = make_user(world.firm_id, "busy@example.com", Role.INVESTOR)
    phone, tablet = bearer(busy), bearer(busy)
    try:
        read = [client.get(URL, headers=headers) for headers in (phone, tablet) * 3]
        written = [client.delete("/api/v1/auth/sessions", headers=phone) for _ in range(3)]
        others = client.get(URL, headers=bearer(world.investor))
    finally:
        app.extensions[EXTENSION] = before

    assert [answer.status_code for answer in read] == [200] * 4 + [429] * 2
    assert [answer.status_code for answer in written] == [204] * 2 + [429]
    assert others.status_code == 200
    assert (read[-1].content_type, read[-1].json["type"]) == ("application/problem+json", "urn:problem-type:limited")
    assert 0 < int(read[-1].headers["Retry-After"]) <= 60
    assert read[-1].json["detail"].startswith("That was too much reading in one minute. Try again in ")


def test_a_key_that_is_taken_away_opens_nothing_any_more(client: FlaskClient, investor: Actor) -> None:
    """Also where its token was found good before, and would be for years."""
    key_file = resources().settings.signing_key_file
    before, headers = key_file.read_bytes(), bearer(investor, length=timedelta(days=3650))
    assert client.get("/api/v1/auth/sessions", headers=headers).status_code == 200
    try:
        key_file.unlink()
        create_key(key_file)
        assert client.get("/api/v1/auth/sessions", headers=headers).status_code == 401
    finally:
        write_private(key_file, before)
