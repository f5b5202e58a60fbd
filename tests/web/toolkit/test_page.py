from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

CONTENT = {"HX-Request": "true", "HX-Target": "main#main", "HX-Request-Type": "partial"}
DIALOG = {"HX-Request": "true", "HX-Target": "dialog#dialog", "HX-Request-Type": "partial"}


def test_a_page_is_a_whole_document(visitor: FlaskClient) -> None:
    answer = visitor.get("/plain")
    assert "<!doctype html>" in answer.text
    assert "<title>Plain · Halden Capital</title>" in answer.text
    assert answer.text.count("<h1") == 1
    assert "HX-Request" in answer.headers["Vary"]


def test_htmx_gets_the_content_and_the_title(visitor: FlaskClient) -> None:
    answer = visitor.get("/plain", headers=CONTENT)
    assert "<html" not in answer.text
    assert "<nav" not in answer.text
    assert "<title>Plain · Halden Capital</title>" in answer.text
    assert answer.text.count("<h1") == 1
    assert "HX-Request" in answer.headers["Vary"]


def test_the_dialog_gets_the_content_under_a_heading_of_its_own(visitor: FlaskClient) -> None:
    answer = visitor.get("/plain", headers=DIALOG)
    assert '<h2 id="dialog-title">Plain</h2>' in answer.text
    assert "<h1" not in answer.text
    assert "<title>" not in answer.text


@pytest.mark.parametrize(
    "asking",
    [
        {"HX-Request": "true", "HX-History-Restore-Request": "true"},
        {"HX-Request": "true", "HX-Request-Type": "full"},
    ],
)
def test_what_replaces_the_document_is_a_document(visitor: FlaskClient, asking: dict[str, str]) -> None:
    assert "<!doctype html>" in visitor.get("/plain", headers=asking).text


def test_a_fragment_is_alone_and_varies_too(visitor: FlaskClient) -> None:
    answer = visitor.get("/row")
    assert answer.text.startswith("<tr")
    assert "HX-Request" in answer.headers["Vary"]


def test_flashed_messages_stand_in_a_document_once(visitor: FlaskClient) -> None:
    assert "Naïve “words” were saved." in visitor.get("/flashed").text
    assert "Naïve" not in visitor.get("/plain").text


def test_flashed_messages_travel_to_htmx_as_an_event(visitor: FlaskClient) -> None:
    answer = visitor.get("/flashed", headers=CONTENT)
    assert "Naïve" not in answer.text
    events = json.loads(answer.headers["HX-Trigger"])
    assert events == {"portal:toast": {"toasts": [{"tone": "good", "message": "Naïve “words” were saved."}]}}


def test_an_error_is_a_page_with_its_reference(visitor: FlaskClient) -> None:
    answer = visitor.get("/gone")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "reference-1" in answer.text
    assert "HX-Trigger" not in answer.headers


def test_an_error_reaches_htmx_as_a_toast(visitor: FlaskClient) -> None:
    answer = visitor.get("/gone", headers=CONTENT)
    assert answer.status_code == 404
    toasts = json.loads(answer.headers["HX-Trigger"])["portal:toast"]["toasts"]
    assert toasts == [{"tone": "bad", "message": "There is nothing here"}]


def test_the_frame_marks_where_one_is_and_who_one_is(visitor: FlaskClient) -> None:
    text = visitor.get("/plain").text
    assert 'href="/plain" aria-current="page"' in text
    assert "Ada Lovelace" in text
    assert 'data-accent="navy" data-theme="auto"' in text
    assert """hx-headers:inherited='{"X-CSRFToken":"token"}'""" in text
