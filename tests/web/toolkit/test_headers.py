from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.domain.identity.access.values import Actor
from portal.web.toolkit.headers import INERT_DOCUMENT_POLICY, security_headers
from tests.conftest import World
from tests.factories.web import sign_in
from tests.web.toolkit.site import PERSON, make_site

KEPT_OTHERWISE = {
    "portfolio.index": "private, no-cache",  # asked for again each time, and mostly answered "not modified"
    "assets.show": "public, max-age=31536000, immutable",
}


@pytest.mark.parametrize("path", ["/plain", "/row", "/gone", "/no-such-route", "/_components"])
def test_every_answer_is_guarded(visitor: FlaskClient, path: str) -> None:
    headers = visitor.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_https_is_demanded_only_where_it_is_spoken(visitor: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in visitor.get("/plain").headers
    secure = make_site(secure=True).test_client()
    assert "max-age=63072000" in secure.get("/plain").headers["Strict-Transport-Security"]


def test_an_unchanged_answer_keeps_the_policy_that_its_body_came_with(site: Flask) -> None:
    with site.test_request_context():
        response = security_headers(Response(status=304), secure=False)
    assert "Content-Security-Policy" not in response.headers


def test_a_view_may_be_stricter(site: Flask) -> None:
    with site.test_request_context():
        own = Response(headers={"Content-Security-Policy": INERT_DOCUMENT_POLICY})
        assert security_headers(own, secure=True).headers["Content-Security-Policy"] == INERT_DOCUMENT_POLICY


@pytest.mark.parametrize("path", ["/plain", "/row", "/gone", "/no-such-route", "/_components"])
def test_nobody_keeps_what_was_made_for_a_person(path: str) -> None:
    assert make_site(person=PERSON).test_client().get(path).headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in make_site().test_client().get(path).headers


def test_a_view_may_say_how_long_it_is_kept() -> None:
    site = make_site(person=PERSON)
    with site.test_request_context():
        site.preprocess_request()
        own = Response(headers={"Cache-Control": "private, no-cache"})
        assert security_headers(own, secure=True).headers.getlist("Cache-Control") == ["private, no-cache"]


@pytest.mark.parametrize("name", ["investor", "manager", "administrator"])
def test_every_page_of_the_portal_that_is_personal_says_so(app: Flask, world: World, name: str) -> None:
    person: Actor = getattr(world, name)
    browser, said = sign_in(app.test_client(), person), {}
    for rule in _plain_pages(app):
        said[rule.endpoint] = browser.get(rule.rule).headers.get("Cache-Control")
    kept = {endpoint: words for endpoint, words in said.items() if words not in ("no-store", "private, no-store")}
    assert len(said) > 15
    assert {endpoint for endpoint in kept if KEPT_OTHERWISE.get(endpoint, "no-store") != kept[endpoint]} == set()


def _plain_pages(app: Flask) -> list[Rule]:
    """The pages whose address needs nothing filled in."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and not rule.rule.startswith(("/api/", "/health", "/ready"))
    ]
