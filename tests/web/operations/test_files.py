"""Files by signed links."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.platform.resources import resources
from portal.platform.storage.errors import ObjectDamaged

KEY = "tests/one.pdf"
CONTENT = b"%PDF-content"
LARGE = bytes(range(256)) * 3_000


def link(name: str = "Søren's statement.pdf", content: bytes = CONTENT, digest: str | None = None) -> str:
    resources().store.put(KEY, content, "application/pdf")
    return resources().store.signed_link(KEY, name, digest=digest).removeprefix("http://localhost")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_link_gives_the_file_as_a_download(client: FlaskClient, app: Flask) -> None:
    response = client.get(link(digest=sha256(CONTENT)))
    assert response.status_code == 200
    assert response.data == CONTENT
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == f'"{sha256(CONTENT)}"'
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''S%C3%B8ren" in disposition


def test_a_link_ends(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC)) as clock:
        address = link()
        clock.shift(timedelta(seconds=59))
        assert client.get(address).status_code == 200
        clock.shift(timedelta(seconds=2))
        for headers in ({}, {"Range": "bytes=0-1"}):
            response = client.get(address, headers=headers)
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


def test_a_small_file_that_was_changed_is_not_given_out(client: FlaskClient, app: Flask) -> None:
    response = client.get(link(content=b"%PDF-forgery", digest=sha256(CONTENT)))
    assert response.status_code == 404
    assert b"forgery" not in response.data
    assert "it can be restored" in response.text


def test_a_large_file_that_was_changed_never_ends_well(client: FlaskClient, app: Flask) -> None:
    response = client.get(link(content=LARGE, digest=sha256(CONTENT)), buffered=False)
    assert response.headers["Content-Length"] == str(len(LARGE))
    seen: list[bytes] = []
    with pytest.raises(ObjectDamaged):
        seen.extend(response.response)
    assert 0 < sum(map(len, seen)) < len(LARGE)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=70000-", 70_000, len(LARGE)),
        ("bytes=-5", len(LARGE) - 5, len(LARGE)),
        ("bytes=-9999999", 0, len(LARGE)),
        ("bytes=767999-9999999", 767_999, len(LARGE)),
    ],
)
def test_a_range_is_given(client: FlaskClient, app: Flask, asked: str, start: int, end: int) -> None:
    response = client.get(link(content=LARGE, digest=sha256(LARGE)), headers={"Range": asked})
    assert response.status_code == 206
    assert response.data == LARGE[start:end]
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(LARGE)}"
    assert response.headers["Content-Length"] == str(end - start)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("asked", ["bytes=768000-", "bytes=768000-768001", "bytes=999999-"])
def test_a_range_past_the_end_is_refused_with_the_size(client: FlaskClient, app: Flask, asked: str) -> None:
    response = client.get(link(content=LARGE), headers={"Range": asked})
    assert (response.status_code, response.data) == (416, b"")
    assert response.headers["Content-Range"] == "bytes */768000"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "bytes", ""])
def test_what_makes_no_range_gives_the_whole(client: FlaskClient, app: Flask, asked: str) -> None:
    response = client.get(link(content=LARGE), headers={"Range": asked})
    assert (response.status_code, response.data) == (200, LARGE)


def test_a_range_goes_on_only_with_the_same_file(client: FlaskClient, app: Flask) -> None:
    tag = client.get(link(content=LARGE)).headers["ETag"]
    address = resources().store.signed_link(KEY, "a.pdf").removeprefix("http://localhost")
    for known, status in ((tag, 206), ('"another"', 200), ("Sun, 23 Nov 2025 08:00:00 GMT", 200)):
        response = client.get(address, headers={"Range": "bytes=1-3", "If-Range": known})
        assert response.status_code == status
    changed = client.get(link(content=LARGE[1:]), headers={"Range": "bytes=1-3", "If-Range": tag})
    assert (changed.status_code, changed.data) == (200, LARGE[1:])


def test_a_head_tells_the_size_alone(client: FlaskClient, app: Flask) -> None:
    response = client.head(link(content=LARGE, digest=sha256(LARGE)))
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == str(len(LARGE))
    assert response.headers["Accept-Ranges"] == "bytes"
    part = client.head(link(content=LARGE), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")


def test_an_empty_file_is_a_file(client: FlaskClient, app: Flask) -> None:
    response = client.get(link(content=b"", digest=sha256(b"")))
    assert (response.status_code, response.data, response.headers["Content-Length"]) == (200, b"", "0")
    assert client.get(link(content=b""), headers={"Range": "bytes=0-"}).status_code == 416
