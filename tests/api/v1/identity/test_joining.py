"""Registering, as JSON."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.identity.joining.services import set_open_registration
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.tenancy import acting_as
from tests.conftest import World

URL = "/api/v1/auth/register"
HOST = {"Host": "harbour.example"}


@transactional
def _host(actor: Actor) -> None:
    db.execute("UPDATE identity.firms SET host = 'harbour.example' WHERE id = %(id)s", id=actor.firm_id)


@pytest.fixture
def opened(app: Flask, world: World) -> None:
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        _host(system)
        set_open_registration(system, opened=True)


def test_known_and_unknown_are_answered_alike(opened: None, client: FlaskClient) -> None:
    answers = [
        client.post(URL, json={"email": email}, headers=HOST)
        for email in ("ada.lane@example.com", "nobody.there@example.com")
    ]

    assert [(each.status_code, each.data) for each in answers] == [(204, b"")] * 2


def test_where_the_firm_is_closed_nobody_registers(client: FlaskClient, world: World) -> None:
    answer = client.post(URL, json={"email": "ada.lane@example.com"}, headers=HOST)

    assert (answer.status_code, answer.json["type"]) == (404, "urn:problem-type:not_found")


def test_it_is_limited(opened: None, client: FlaskClient) -> None:
    answers = [client.post(URL, json={"email": f"d{n}@example.com"}, headers=HOST) for n in range(11)]

    assert [answer.status_code for answer in answers] == [204] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 300
