from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from portal.web.toolkit.headers import INERT_DOCUMENT_POLICY, security_headers
from tests.web.toolkit.site import make_site


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
