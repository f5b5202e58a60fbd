"""Browsers for tests."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.identity.sessions.services import open_session
from portal.domain.identity.sessions.values import ABSOLUTE, Proof
from portal.platform.ids import new_secret
from portal.platform.tenancy import acting_as


def sign_in(client: FlaskClient, actor: Actor, *, agent: str = "test", address: str = "127.0.0.1") -> FlaskClient:
    """The same browser with this person signed in, every step of it behind them."""
    token = new_secret()
    assert actor.user_id
    with client.application.app_context(), acting_as(Actor.system(actor.firm_id).tenancy):
        open_session(
            actor.firm_id,
            actor.user_id,
            kind="web",
            token=token,
            agent=agent,
            address=address,
            length=ABSOLUTE,
            proven_by=Proof.FACTOR,
        )
    client.set_cookie("sid", token)
    return client
