from __future__ import annotations

import re

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from jinja2 import Environment

from portal.web.toolkit.htmx import Htmx, HtmxNonce, hx_event


def nonce_of(answer: Response) -> str:
    found = re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert found
    return found[1]


def test_our_elements_carry_the_nonce_and_injected_ones_do_not(visitor: FlaskClient) -> None:
    answer = visitor.get("/plain")
    assert f'<p hx-nonce="{nonce_of(answer)}" hx-get="/rows">' in answer.text
    assert "&lt;b hx-get=" in answer.text
    assert answer.text.count("hx-nonce") == 2  # the body and the paragraph


def test_every_answer_has_another_nonce(visitor: FlaskClient) -> None:
    assert nonce_of(visitor.get("/plain")) != nonce_of(visitor.get("/plain"))


@pytest.mark.parametrize(
    ("source", "stamps"),
    [
        ('<a href="x" hx-get="x" hx-target="#main">', 1),
        ('<a\n  hx-get="x"><b hx-post="y">', 2),
        ('<a {% if a %}class="b"{% endif %} hx-get="{{ x }}">', 1),
        ("<p>hx-get is not an attribute here</p>", 0),
        ('<a href="x">', 0),
    ],
)
def test_a_tag_is_stamped_once_at_its_first_htmx_attribute(source: str, stamps: int) -> None:
    assert HtmxNonce(Environment()).preprocess(source, None).count("hx-nonce=") == stamps


def test_events_add_up(site: Flask) -> None:
    with site.test_request_context():
        response = hx_event(hx_event(Response(), "portal:saved", id=1), "portal:close-dialog")
    assert response.headers["HX-Trigger"] == '{"portal:saved": {"id": 1}, "portal:close-dialog": {}}'


def test_identifiers_lose_their_tag(site: Flask) -> None:
    with site.test_request_context(headers={"HX-Request": "true", "HX-Target": "div#rows", "HX-Source": "a"}) as ctx:
        asked = Htmx(ctx.request.headers)
    assert (asked.target_id, asked.source_id) == ("rows", None)
