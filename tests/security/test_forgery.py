"""No page of another site does anything in the name of whoever is signed in."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Role
from tests.conftest import taken_back
from tests.factories.identity import PASSWORD, TOTP_SECRET, give_totp, make_user, totp_code
from tests.factories.web import sign_in
from tests.security.harvest import harvest
from tests.security.matrix import FORM, TABLES, WORDS, Place, places
from tests.security.scene import Scene
from tests.security.test_access import WRITTEN

Send = Callable[[str, Mapping[str, str]], tuple[TestResponse, int]]
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
RECORD = {"audit_events", "sessions"}  # that somebody was refused, and that they are there, is written
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "another site, as Origin says": {"Origin": "https://elsewhere.example"},
    "no site, as Origin says": {"Origin": "null"},
    "another site, as Sec-Fetch-Site says": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour, as Sec-Fetch-Site says": {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
}


@pytest.fixture
def guarded(committed_app: Flask) -> Iterator[Flask]:
    """The application as in production: forms need their token."""
    logging.disable(logging.CRITICAL)
    committed_app.config["WTF_CSRF_ENABLED"] = True
    yield committed_app
    committed_app.config["WTF_CSRF_ENABLED"] = False
    logging.disable(logging.NOTSET)


def _forms(app: Flask) -> list[Place]:
    return [place for place in places(app) if place.method != "GET" and not place.rule.endpoint.startswith("api.")]


def _token(client: FlaskClient) -> str:
    with client.application.app_context():  # in which a token is kept for the length of a request
        found = TOKEN.search(client.get("/security").text)
    assert found is not None
    return found[1]


class Forger:
    """A person who may do everything, and what happens in their browser."""

    def __init__(self, app: Flask, scene: Scene, scene_url: str) -> None:
        self.app = app
        self.firm_id = scene.ada.firm_id
        ids = [each for each in harvest(scene_url) if each.firm_id == self.firm_id]
        last = {each.table: each.id for each in ids}
        self.good = {name: last.get(table, str(uuid4())) for name, table in TABLES.items()}

    @contextmanager
    def at(self, place: Place) -> Iterator[Send]:
        """Sends forms to a place with a token (own, none, another's): the answer, and how many rows were written. All
        of it is taken back at the end."""
        with taken_back(self.app) as connection:
            person = make_user(self.firm_id, "everything@example.com", *Role)
            client = sign_in(self.app.test_client(), person)
            tokens = {"own": _token(client), "another's": _token(sign_in(self.app.test_client(), person)), "none": ""}
            values = {name: self.good.get(name) or WORDS[name][0] for name in place.rule.arguments}
            with self.app.test_request_context():
                path = self.app.url_for(place.rule.endpoint, **values)

            def send(token: str, headers: Mapping[str, str]) -> tuple[TestResponse, int]:
                before = dict(connection.exec_driver_sql(WRITTEN).all())  # type: ignore[arg-type]  # pairs
                form = {**FORM, **({"csrf_token": tokens[token]} if tokens[token] else {})}
                with self.app.app_context():
                    response = client.open(path, method=place.method, data=form, headers=dict(headers))
                after = dict(connection.exec_driver_sql(WRITTEN).all())  # type: ignore[arg-type]  # pairs
                return response, sum(count - before.get(name, 0) for name, count in after.items() if name not in RECORD)

            yield send


@pytest.mark.slow
def test_no_form_is_taken_from_elsewhere(guarded: Flask, scene: Scene, scene_url: str) -> None:
    forger, findings, done = Forger(guarded, scene, scene_url), [], 0
    for place in _forms(guarded):
        tries = [("no token", "none", OURS), ("another's token", "another's", OURS)]
        tries += [(name, "own", headers) for name, headers in ELSEWHERE.items()]
        with forger.at(place) as send:
            for name, token, headers in tries:
                response, written = send(token, headers)
                if response.status_code not in {400, 403} or written:
                    findings.append(f"{place.name} with {name}: {response.status_code}, {written} rows written")
            _, written = send("own", OURS)
        done += written > 0
    print(f"\n{len(_forms(guarded))} forms, {len(tries)} forgeries each; {done} of them write when they are genuine")
    assert not findings, "\n".join(findings)
    assert done >= 10, "Most genuine forms write nothing either, so this shows little."


def test_nobody_is_let_in_by_a_cookie_at_the_api(guarded: Flask, scene: Scene) -> None:
    cookie = {"Cookie": f"sid={scene.keys[scene.ada].cookie}"}
    for place in places(guarded):
        access = getattr(place.view, "access", None)
        if place.rule.endpoint.startswith("api.") and access != "public":
            values = {name: str(uuid4()) for name in place.rule.arguments}
            with taken_back(guarded), guarded.test_request_context():
                path = guarded.url_for(place.rule.endpoint, **values)
                client = guarded.test_client(use_cookies=False)
                assert client.open(path, method=place.method, headers=cookie).status_code == 401, place.name


def test_the_session_is_another_after_each_step_in(app: Flask, scene: Scene) -> None:
    """Whoever laid a session into the browser beforehand has none in the end."""
    person = make_user(scene.ada.firm_id, "steps@example.com", Role.INVESTOR)
    give_totp(person)
    client, cookies = app.test_client(), ["laid there before"]
    client.set_cookie("sid", cookies[0])

    def step(path: str, **form: str) -> None:
        response = client.post(path, data=form)
        assert response.status_code == 303, response.text
        cookie = client.get_cookie("sid")
        assert cookie is not None
        assert cookie.value not in cookies
        cookies.append(cookie.value)

    step("/sign-in", email="steps@example.com", password=PASSWORD)
    step("/factors/code", code=totp_code(-1, TOTP_SECRET))
    step("/factors/proof", proof=totp_code(0, TOTP_SECRET), next="/security")
    assert client.get("/security").status_code == 200
    for former in cookies[:-1]:
        stranger = app.test_client()
        stranger.set_cookie("sid", former)
        assert stranger.get("/security").status_code == 303
