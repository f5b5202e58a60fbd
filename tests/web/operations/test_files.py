"""Files by signed links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.platform.resources import resources

KEY = "tests/one.pdf"


def link(name: str = "Søren's statement.pdf") -> str:
    resources().store.put(KEY, b"%PDF-content", "application/pdf")
    return resources().store.signed_link(KEY, name).removeprefix("http://localhost")


def test_a_link_gives_the_file_as_a_download(client: FlaskClient, app: Flask) -> None:
    response = client.get(link())
    assert response.status_code == 200
    assert response.data == b"%PDF-content"
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''S%C3%B8ren" in disposition


def test_a_link_ends(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC)) as clock:
        address = link()
        clock.shift(timedelta(seconds=59))
        assert client.get(address).status_code == 200
        clock.shift(timedelta(seconds=2))
        response = client.get(address)
    assert response.status_code == 404
    assert "This link has expired" in response.text


def test_a_changed_link_is_refused(client: FlaskClient, app: Flask) -> None:
    address = link()
    assert client.get(f"{address[:-4]}AAAA").status_code == 404
    assert client.get("/files/nothing").status_code == 404


def test_a_file_that_is_gone_says_so(client: FlaskClient, app: Flask) -> None:
    address = link()
    resources().store.delete(KEY)
    response = client.get(address)
    assert response.status_code == 404
    assert "The file behind this link is gone." in response.text
