"""Indices as pages: staff upload and replace them, everybody of the firm's staff reads them."""

from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.web import sign_in

PLACE = "/investments/index-series"
FIRST = b"date,value\n2026-06-30,100\n2026-07-31,104.25\n"
SECOND = b"2026-06-30,100\n2026-07-31,104.5\n2026-08-31,103\n"


def sent(content: bytes, **fields: str) -> dict[str, object]:
    return {"file": (io.BytesIO(content), "values.csv"), **fields}


def added(client: FlaskClient) -> str:
    answer = client.post(PLACE, data=sent(FIRST, name="World index", currency="usd"))
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_an_index_is_added_and_its_replacement_says_what_changed(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    assert "No indices yet" in client.get(PLACE).text
    address = added(client)
    assert "World index" in client.get(PLACE).text
    shown = client.get(address).text
    assert "104.25" in shown
    assert "Added an index" in shown
    assert client.post(address, data=sent(SECOND, reason="Final values")).status_code == 303
    shown = client.get(address).text
    assert "Final values" in shown
    assert "104.5<" in shown
    assert len(re.findall(r'<tr><th scope="row">Version [12]<', shown)) == 2


@pytest.mark.parametrize(
    ("content", "fields", "told"),
    [
        (b"soon,1\nlater,2\n", {"name": "Other", "currency": "USD"}, "Row 2: it needs a date"),
        (FIRST, {"name": "WORLD INDEX", "currency": "USD"}, "There is an index of this name already"),
        (FIRST, {"name": "", "currency": "USD"}, "Enter what the index is called"),
        (FIRST, {"name": "Other", "currency": "dollars"}, "Three letters"),
        (FIRST, {"name": "Other", "currency": "ZZZ"}, "is not a currency"),
    ],
)
def test_what_is_wrong_stands_in_the_form(
    client: FlaskClient, world: World, content: bytes, fields: dict[str, str], told: str
) -> None:
    sign_in(client, world.associate)
    added(client)
    refused = client.post(PLACE, data=sent(content, **fields))
    assert refused.status_code == 422
    assert told in refused.text


def test_the_same_values_replace_nothing_and_need_a_reason(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    address = added(client)
    refused = client.post(address, data=sent(FIRST, reason="Again"))
    assert refused.status_code == 422
    assert "nothing to replace" in refused.text
    assert "Say why" in client.post(address, data=sent(SECOND, reason="")).text


def test_others_read_or_do_not(client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    address = added(client)
    sign_in(client, world.auditor)
    assert "Replace the values" not in client.get(address).text
    assert client.post(address, data=sent(SECOND, reason="Why")).status_code == 403
    sign_in(client, world.foreign_manager)
    assert client.get(address).status_code == 404
    sign_in(client, world.investor)
    assert client.get(PLACE).status_code == 403
