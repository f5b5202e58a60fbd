"""What opens the portal is kept nowhere in plain: not in the logs, not in Valkey, not in a row of any table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape

import psycopg
import pyotp
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from werkzeug.test import TestResponse

from portal.domain.identity.access.values import Role
from portal.jobs.drain import drain
from portal.platform import clock
from portal.platform.embedded.mailbox import Mailbox, list_messages, read_message
from tests.factories.identity import PASSWORD, make_user
from tests.security.harvest import SCHEMAS
from tests.security.scene import Scene

EMAIL = "zqqstaff901qqz@example.com"
NEW_PASSWORD, WRONG_PASSWORD = "another one, just as long", "wrong but long enough too"
LINK = re.compile(r"/password/reset/([\w-]+)")
TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema = ANY(%s) AND table_type = 'BASE TABLE'
"""
Secrets = dict[str, str]


def _cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return cookie.value


def _one(pattern: str, response: TestResponse) -> str:
    found = re.search(pattern, response.text)
    assert found is not None, response.text
    return unescape(found[1])


def _in_the_browser(client: FlaskClient) -> Secrets:
    """Sign in wrongly and rightly, set an app up, prove it again; what was secret in that."""
    client.post("/sign-in", data={"email": EMAIL, "password": WRONG_PASSWORD})
    client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    found = {"password": PASSWORD, "wrong password": WRONG_PASSWORD, "session on the way in": _cookie(client)}
    page = client.get("/factors/new")
    found["secret of the app"] = _one(r'id="secret">([A-Z2-7 ]+)<', page).replace(" ", "")
    found["sealed enrolment"] = _one(r'name="enrolment"[^>]*value="([^"]+)"', page)
    now = pyotp.TOTP(found["secret of the app"])
    form = {"code": now.at(clock.now(), counter_offset=-1), "enrolment": found["sealed enrolment"]}
    shown = client.post("/factors", data=form)
    codes = re.findall(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}\b", shown.text)
    assert codes
    found |= {"recovery code": codes[0], "recovery code as compared": codes[0].replace("-", "")}
    client.post("/factors/proof", data={"proof": codes[1], "next": "/security"})
    return found | {"recovery code used": codes[1], "session": _cookie(client)}


def _in_the_app(client: FlaskClient, totp: str) -> Secrets:
    """Sign an app in by both steps and go on from there; what was secret in that."""
    begun = client.post("/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD})
    token = begun.json["mfa_token"]
    code = pyotp.TOTP(totp).at(clock.now())
    client.post("/api/v1/auth/verify-mfa", json={"mfa_token": token, "code": "000000"})
    pair = client.post("/api/v1/auth/verify-mfa", json={"mfa_token": token, "code": code}).json
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    assert client.get("/api/v1/auth/sessions", headers=headers).status_code == 200
    client.get("/api/v1/auth/sessions", headers={"Authorization": f"Bearer {pair['access_token']}x"})
    again = client.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]}).json
    return {
        "token between the steps": token,
        "access token": pair["access_token"],
        "refresh token": pair["refresh_token"],
        "next refresh token": again["refresh_token"],
    }


def _by_mail(client: FlaskClient, mail: Mailbox) -> Secrets:
    """Set a forgotten password anew by the link of a mail; what was secret in that."""
    client.post("/password/forgot", data={"email": EMAIL})
    drain()
    texts = [read_message(mail.directory, each.name).text for each in list_messages(mail.directory)]
    token = next(found[1] for text in texts if (found := LINK.search(text)))
    client.get(f"/password/reset/{token}")
    assert client.post(f"/password/reset/{token}", data={"password": NEW_PASSWORD}).status_code == 303
    client.get(f"/password/reset/{token}")
    client.get(f"/password/reset/{token}x")
    return {"link's token": token, "new password": NEW_PASSWORD}


def _rows(admin_url: str) -> dict[str, str]:
    with psycopg.connect(admin_url) as connection:
        tables = connection.execute(TABLES, (SCHEMAS,)).fetchall()
        return {
            f"{schema}.{table}": "\n".join(
                str(row[0])
                for row in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table)))
            )
            for schema, table in tables
        }


def _valkey(url: str) -> str:
    with redis.Redis.from_url(url) as client:
        kept = {key: client.dump(key) or b"" for key in client.scan_iter()}
    return "\n".join(f"{key!r} {value!r}" for key, value in kept.items())


def _forms_of(secret: str) -> set[str]:
    """A secret as it is, as bytes in hexadecimal, and as JSON writes it."""
    return {secret, secret.encode().hex(), json.dumps(secret)[1:-1]}


def test_no_secret_is_kept_or_logged(
    committed_app: Flask,
    scene: Scene,
    scene_url: str,
    scene_mail: Mailbox,
    valkey_url: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with committed_app.app_context():
        make_user(scene.ada.firm_id, EMAIL, Role.ASSOCIATE)
        drain()
    secrets = _apart(committed_app, lambda: _in_the_browser(committed_app.test_client()))
    app_secret = secrets["secret of the app"]
    secrets |= _apart(committed_app, lambda: _in_the_app(committed_app.test_client(), app_secret))
    secrets |= _apart(committed_app, lambda: _by_mail(committed_app.test_client(), scene_mail))
    places = {"the log": capsys.readouterr().out + caplog.text, "Valkey": _valkey(valkey_url), **_rows(scene_url)}
    found = [
        f"{name} in {place}"
        for place, text in places.items()
        for name, secret in secrets.items()
        if any(form in text for form in _forms_of(secret))
    ]
    assert len(secrets) >= 14
    assert "/password/reset/<token>" in places["the log"], "The log says nothing, so this shows nothing."
    assert not found, found


def _apart(app: Flask, act: Callable[[], Secrets]) -> Secrets:
    with app.app_context():
        return act()
