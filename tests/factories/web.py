"""Browsers for tests."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform.tenancy import GATE, acting_as
from tests.factories.identity import PASSWORD


def sign_in(client: FlaskClient, actor: Actor) -> FlaskClient:
    """The same browser with this person signed in."""
    from portal.platform import db

    with acting_as(GATE):
        email = db.fetch_value("SELECT email FROM identity.users WHERE id = %(id)s", id=actor.user_id)
    response = client.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/"})
    assert response.status_code == 303, response.status_code
    return client
