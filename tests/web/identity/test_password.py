"""A forgotten password, as pages: alike for everybody, a link that opens once, all sessions ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from statistics import median

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock, db
from portal.platform.ids import digest
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, make_user
from tests.factories.links import make_link
from tests.factories.passkeys import give_passkey
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, link_in

NEW = "turnip lantern over Oslo"
EMAIL = "ada.lane@example.com"
Counting = Callable[[], AbstractContextManager[list[str]]]


def ask(client: FlaskClient, email: str) -> tuple[int, int, str | None]:
    answer = client.post("/password/forgot", data={"email": email})
    return answer.status_code, len(answer.data), answer.location


def test_the_whole_way(app: Flask, client: FlaskClient, investor: Actor, post: Post) -> None:
    elsewhere = sign_in(app.test_client(), investor)
    post()  # of the sign-in itself, where it was from somewhere new
    assert "on its way" in client.post("/password/forgot", data={"email": EMAIL}, follow_redirects=True).text
    (mail,) = post()
    link = link_in(mail, "password/reset")
    assert client.get(link).status_code == 200
    done = client.post(link, data={"password": NEW}, follow_redirects=True)
    assert "Sign in with it" in done.text
    assert elsewhere.get("/").status_code == 303
    (notice,) = post()
    assert EMAIL in notice
    assert "Your password was changed" in notice
    assert client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 422
    assert client.post("/sign-in", data={"email": EMAIL, "password": NEW}).status_code == 303


def test_the_token_is_kept_nowhere(client: FlaskClient, investor: Actor, post: Post) -> None:
    client.post("/password/forgot", data={"email": EMAIL})
    with acting_as(Actor.system(investor.firm_id).tenancy):
        assert EMAIL not in str(db.fetch_all("SELECT arguments FROM platform.outbox"))
    token = link_in(post()[0], "password/reset").rpartition("/")[2]
    with acting_as(GATE):
        (kept,) = db.fetch_all("SELECT * FROM identity.links WHERE user_id = %(id)s", id=investor.user_id)
    assert bytes(kept.token_hash) == digest(token)
    assert token not in str(kept)


def test_a_newer_link_and_a_change_of_password_close_the_older(client: FlaskClient, investor: Actor) -> None:
    first, second = make_link(investor), make_link(investor)
    closed = client.get(f"/password/reset/{first}")
    assert (closed.status_code, "a newer one was sent" in closed.text) == (409, True)
    sign_in(client, investor)
    client.post("/security/password", data={"current": PASSWORD, "password": NEW})
    assert client.post(f"/password/reset/{second}", data={"password": NEW}).status_code == 409


def test_the_hint_knows_of_the_persons_factor(client: FlaskClient, investor: Actor) -> None:
    token = make_link(investor)
    assert 'data-shortest="15"' in client.get(f"/password/reset/{token}").text
    give_passkey(investor)
    assert 'data-shortest="12"' in client.get(f"/password/reset/{token}").text


def test_used_expired_and_invented_links_say_what_to_do(client: FlaskClient, investor: Actor) -> None:
    token = make_link(investor)
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=True):
        assert "good for one hour" in client.get(f"/password/reset/{token}").text
    assert client.post(f"/password/reset/{token}", data={"password": NEW}).status_code == 303
    again = client.post(f"/password/reset/{token}", data={"password": NEW + " again"})
    assert (again.status_code, "used already" in again.text) == (409, True)
    unknown = client.get("/password/reset/" + "0" * 64)
    assert (unknown.status_code, "leads nowhere" in unknown.text) == (404, True)


def test_a_weak_password_leaves_the_link_open(client: FlaskClient, investor: Actor) -> None:
    token = make_link(investor)
    refused = client.post(f"/password/reset/{token}", data={"password": "password12345678"})
    assert (refused.status_code, "first that anybody tries" in refused.text) == (422, True)
    assert client.post(f"/password/reset/{token}", data={"password": NEW}).status_code == 303


def test_the_links_of_one_firm_and_person_are_theirs_alone(client: FlaskClient, world: World) -> None:
    client.post(f"/password/reset/{make_link(world.foreign_investor)}", data={"password": NEW})
    for email in (EMAIL, "ben.ortiz@example.com"):
        assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
    assert client.post("/sign-in", data={"email": "foreign@example.com", "password": NEW}).status_code == 303


def test_nothing_is_sent_to_who_is_not_here(client: FlaskClient, world: World, post: Post) -> None:
    client.post("/password/forgot", data={"email": "nobody.there@example.com"})
    assert post() == []


def test_known_and_unknown_addresses_are_answered_alike(
    client: FlaskClient, world: World, count_statements: Counting
) -> None:
    counts: dict[str, set[int]] = {}
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    answers = set()
    for number in range(60):
        # Each hour the limits are as new.
        with time_machine.travel(clock.now() + timedelta(hours=number), tick=True):
            for kind, email in (("known", EMAIL), ("unknown", f"ada.line{number % 10}@example.com")):
                begun = time.perf_counter()
                with count_statements() as statements:
                    answer = ask(client, email)
                times[kind].append(time.perf_counter() - begun)
                answers.add(answer)
                counts.setdefault(kind, set()).add(len(statements))
    assert len(answers) == 1
    assert counts["known"] == counts["unknown"]
    known, unknown = median(times["known"]), median(times["unknown"])
    assert abs(known - unknown) < 0.25 * max(known, unknown)


@pytest.fixture
def committed_person(committed_app: Flask, world: World) -> Iterator[Actor]:
    """Somebody every connection knows."""
    with committed_app.app_context():
        yield make_user(world.firm_id, f"twice.{time.time_ns()}@example.com", Role.INVESTOR)


def test_of_many_at_once_one_uses_the_link(committed_app: Flask, committed_person: Actor) -> None:
    token = make_link(committed_person)

    def use(number: int) -> int:
        data = {"password": f"turnip lantern over Oslo {number}"}
        return committed_app.test_client().post(f"/password/reset/{token}", data=data).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(use, range(8)))
    assert answers == [303] + [409] * 7
