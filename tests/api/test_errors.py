"""Every refusal under /api/ is a problem; elsewhere it is a page."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from portal.api.v1.investments import portfolio
from portal.domain.identity.access.values import Actor
from portal.platform.errors import Conflict
from tests.factories.api import bearer

URL = "/api/v1/investments/portfolio"


@pytest.mark.parametrize("path", ["/api/", "/api/v2/x", "/api/v1/nothing", f"{URL}/", f"{URL}/%00", "/api/v1/ü\ud7ff"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_leads_nowhere(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["status"] == 404
    assert answer.json["type"] == "urn:problem-type:not_found"


def test_a_problem_says_which_request_it_is_about(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing", headers={"X-Request-ID": "from-a-phone-0001"})

    assert answer.json["request_id"] == answer.headers["X-Request-ID"] == "from-a-phone-0001"
    assert answer.json["instance"] == "/api/v1/nothing"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_a_method_that_is_not_there(client: FlaskClient, method: str) -> None:
    answer = client.open(URL, method=method)

    assert (answer.status_code, answer.json["type"]) == (405, "urn:problem-type:method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_pages_keep_their_own(client: FlaskClient) -> None:
    assert client.get("/nothing").content_type.startswith("text/html")
    assert client.get("/apiary").content_type.startswith("text/html")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("the secret is 42"), 500, "internal_error"),
        (OperationalError("SELECT secret", {}, Exception("secret host is away")), 503, "unavailable"),
        (Conflict("Somebody was faster."), 409, "conflict"),
    ],
)
def test_what_fails_inside_is_masked(
    app: Flask,
    client: FlaskClient,
    investor: Actor,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(portfolio, "list_holdings", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = client.get(URL, headers=bearer(investor))

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["type"] == f"urn:problem-type:{code}"
    assert "secret" not in answer.text


def test_a_request_too_large_is_refused(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100)
    answer = client.post("/api/v1/auth/login", json={"email": "a@b.example", "password": "x" * 100})

    assert (answer.status_code, answer.json["type"]) == (413, "urn:problem-type:too_large")


def test_a_character_that_cannot_be_kept_is_refused_at_its_field(client: FlaskClient, investor: Actor) -> None:
    typed = {"current": "a\0", "password": "b"}

    answer = client.post("/api/v1/auth/password/change", json=typed, headers=bearer(investor))

    assert (answer.status_code, answer.json["type"]) == (422, "urn:problem-type:invalid")
    assert answer.json["errors"] == [
        {"field": "current", "message": "There is a character in it that cannot be kept (NUL)."}
    ]
