"""Fields placed on pages and taken away."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.signing.queries.envelopes import list_fields
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.signing import make_envelope
from tests.factories.web import sign_in

TEXT = {"seat": "1", "kind": "text", "page": "1", "spot": "exactly", "x": "12.5", "y": "40", "label": "Entity"}


def test_a_field_lies_where_the_numbers_say(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    sign_in(client, world.associate)
    assert client.post(f"/documents/envelope-fields/{envelope}", data=TEXT).status_code == 303
    with acting_as(world.associate.tenancy):
        found = list_fields(world.associate, envelope)[0]
    assert (found.page, found.box.x, found.box.y) == (1, Decimal("0.125"), Decimal("0.4"))
    assert (found.label, found.required) == ("Entity", False)
    assert client.post(f"/documents/envelope-fields/{envelope}/{found.id}/remove").status_code == 303
    assert client.post(f"/documents/envelope-fields/{envelope}/{found.id}/remove").status_code == 404


@pytest.mark.parametrize(
    "said", [{"page": "4"}, {"page": "0"}, {"x": "101"}, {"seat": "7"}, {"kind": "stamp"}, {"page": ""}]
)
def test_a_field_that_cannot_be_is_refused(app: Flask, client: FlaskClient, world: World, said: dict[str, str]) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    sign_in(client, world.associate)
    answer = client.post(f"/documents/envelope-fields/{envelope}", data=TEXT | said)
    assert answer.status_code == 422
    assert 'value="Entity"' in answer.text


def test_nothing_is_placed_on_what_was_sent(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.associate)
    assert client.post(f"/documents/envelope-fields/{envelope}", data=TEXT).status_code == 422
