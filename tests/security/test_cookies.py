"""The cookies that people get over https stay with this host, out of scripts, and at home when another site sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from flask import Flask

from portal.app import create_app
from portal.domain.identity.access.values import Role
from portal.platform.resources import EXTENSION
from tests.conftest import PageClient, taken_back
from tests.factories.identity import PASSWORD, make_user
from tests.security.scene import Scene
from tests.security.test_forgery import TOKEN

HTTPS = "https://harbour.example"


@pytest.fixture
def secure_app(committed_app: Flask, scene: Scene) -> Iterator[Flask]:
    """The application as people reach it over https."""
    settings = committed_app.extensions[EXTENSION].settings
    app = create_app(replace(settings, public_url=HTTPS))
    app.testing = True
    app.test_client_class = PageClient
    with taken_back(app):
        yield app


def test_every_cookie_over_https_is_the_hosts_alone(secure_app: Flask, scene: Scene) -> None:
    make_user(scene.ada.firm_id, "cookies@example.com", Role.INVESTOR)
    client, given = secure_app.test_client(), []
    page = client.get("/sign-in", base_url=HTTPS)
    token = TOKEN.search(page.text)
    assert token is not None
    form = {"email": "cookies@example.com", "password": PASSWORD, "csrf_token": token[1], "theme": "dark"}
    headers = {"Referer": f"{HTTPS}/sign-in", "Origin": HTTPS}
    answers = [page, *(client.post(path, data=form, base_url=HTTPS, headers=headers) for path in ("/sign-in",))]
    for answer in answers:
        given += [SimpleCookie(line) for line in answer.headers.getlist("Set-Cookie")]
    cookies = {name: morsel for cookie in given for name, morsel in cookie.items()}
    assert set(cookies) == {"__Host-form", "__Host-sid"}
    for name, morsel in cookies.items():
        assert morsel["secure"], name
        assert morsel["httponly"], name
        assert morsel["samesite"] == "Lax", name
        assert (morsel["path"], morsel["domain"]) == ("/", ""), name
