"""Files in answers: whole or the range that is asked for, compared with their digest on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pytest
from flask import Flask, Response

from portal.platform.errors import NotFound
from portal.platform.resources import resources
from portal.platform.storage.errors import ObjectDamaged
from portal.platform.storage.interface import GivenFile
from portal.web.toolkit.sending import sent_file

KEY = "tests/one.pdf"
CONTENT = b"%PDF-content"
LARGE = bytes(range(256)) * 3_000


def sent(
    app: Flask, content: bytes = LARGE, headers: dict[str, str] | None = None, *, digest: str | None = None
) -> Response:
    """The answer to who asks for a file with these headers; `digest` where it is not that of the content."""
    resources().store.put(KEY, content, "application/pdf")
    given = GivenFile(KEY, "Søren's statement.pdf", digest or sha256(content))
    with app.test_request_context(headers=headers):
        return sent_file(given)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_a_download(app: Flask) -> None:
    response = sent(app, CONTENT)
    assert (response.status_code, response.data, response.mimetype) == (200, CONTENT, "application/pdf")
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == f'"{sha256(CONTENT)}"'
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''S%C3%B8ren" in disposition


def test_a_file_that_is_gone_says_so(app: Flask) -> None:
    resources().store.delete(KEY)
    with app.test_request_context(), pytest.raises(NotFound, match="is gone"):
        sent_file(GivenFile(KEY, "a.pdf", sha256(CONTENT)))


def test_a_small_file_that_was_changed_is_not_given_out(app: Flask) -> None:
    with pytest.raises(NotFound, match="it can be restored"):
        sent(app, b"%PDF-forgery", digest=sha256(CONTENT))


def test_a_large_file_that_was_changed_never_ends_well(app: Flask) -> None:
    response = sent(app, digest=sha256(CONTENT))
    assert response.headers["Content-Length"] == str(len(LARGE))
    seen: list[bytes] = []
    blocks: Iterable[bytes] = response.response  # type: ignore[assignment]  # bytes, as it was made
    with pytest.raises(ObjectDamaged):
        seen.extend(blocks)
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
def test_a_range_is_given(app: Flask, asked: str, start: int, end: int) -> None:
    response = sent(app, headers={"Range": asked})
    assert (response.status_code, response.data) == (206, LARGE[start:end])
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(LARGE)}"
    assert response.headers["Content-Length"] == str(end - start)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("asked", ["bytes=768000-", "bytes=768000-768001", "bytes=999999-"])
def test_a_range_past_the_end_is_refused_with_the_size(app: Flask, asked: str) -> None:
    response = sent(app, headers={"Range": asked})
    assert (response.status_code, response.data) == (416, b"")
    assert response.headers["Content-Range"] == "bytes */768000"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "bytes", ""])
def test_what_makes_no_range_gives_the_whole(app: Flask, asked: str) -> None:
    response = sent(app, headers={"Range": asked})
    assert (response.status_code, response.data) == (200, LARGE)


def test_a_range_goes_on_only_with_the_same_file(app: Flask) -> None:
    tag = sent(app).headers["ETag"]
    for known, status in ((tag, 206), ('"another"', 200), ("Sun, 23 Nov 2025 08:00:00 GMT", 200)):
        assert sent(app, headers={"Range": "bytes=1-3", "If-Range": known}).status_code == status
    changed = sent(app, LARGE[1:], {"Range": "bytes=1-3", "If-Range": tag})
    assert (changed.status_code, changed.data) == (200, LARGE[1:])


def test_an_empty_file_is_a_file(app: Flask) -> None:
    response = sent(app, b"")
    assert (response.status_code, response.data, response.headers["Content-Length"]) == (200, b"", "0")
    assert sent(app, b"", {"Range": "bytes=0-"}).status_code == 416
