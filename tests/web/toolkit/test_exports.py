"""How many lists one person may take away in a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform.ratelimit import Call, CallLimiter
from portal.platform.resources import EXTENSION, Resources
from tests.factories.web import sign_in

EXPORT = "/investments/portfolio/export.csv"


@pytest.fixture(autouse=True)
def five_a_minute(app: Flask) -> Iterator[None]:
    before: Resources = app.extensions[EXTENSION]
    limiter = CallLimiter(before.settings.redis_url, {Call.EXPORT: 5}, processes=1)
    app.extensions[EXTENSION] = replace(before, limiter=limiter)
    yield
    app.extensions[EXTENSION] = before


def test_the_sixth_list_of_a_minute_has_to_wait(
    client: FlaskClient, investor: Actor, another_investor: Actor, app: Flask
) -> None:
    sign_in(client, investor)
    assert [client.get(EXPORT).status_code for _ in range(5)] == [200] * 5

    refused = client.get(EXPORT)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "That was too many exports in one minute. Try again in " in refused.text
    assert client.get("/investments/portfolio").status_code == 200
    assert sign_in(app.test_client(), another_investor).get(EXPORT).status_code == 200
