"""Changing one's address and telephone number, as JSON."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.identity import PASSWORD

AUTH = "/api/v1/auth"
CONTACT = f"{AUTH}/contact"
NEW, NUMBER = "ada@lane.example", "+1 415 555 0123"


def newest(actor: Actor, column: str = "id") -> UUID:
    """The change that the person asked for last."""
    system = Actor.system(actor.firm_id)
    with acting_as(system.tenancy):
        found: UUID = db.fetch_value(
            f"SELECT {column} FROM identity.contact_changes WHERE user_id = %(id)s ORDER BY asked_at DESC LIMIT 1",
            id=actor.user_id,
        )
    return found


def test_an_address_is_changed_and_undone(client: FlaskClient, investor: Actor) -> None:
    mine, body = bearer(investor), {"email": NEW, "proof": PASSWORD}
    assert client.post(f"{CONTACT}/email", json={**body, "proof": "wrong"}, headers=mine).status_code == 403
    assert client.post(f"{CONTACT}/email", json=body, headers=mine).status_code == 204
    assert client.get(CONTACT, headers=mine).json["email"] == "ada.lane@example.com"
    token = {"token": resources().sealer.link_token(newest(investor))}
    assert client.post(f"{CONTACT}/email/confirm", json=token, headers=mine).status_code == 204
    told = client.get(CONTACT, headers=mine).json
    assert (told["email"], told["email_changed_at"] is None) == (NEW, False)
    assert client.post(f"{CONTACT}/email/confirm", json=token, headers=mine).status_code == 409

    undo = {"token": resources().sealer.link_token(newest(investor, "undo_link_id"))}
    assert client.post(f"{CONTACT}/undo", json=undo).status_code == 204
    assert client.get(CONTACT, headers=mine).status_code == 401
    login = {"email": "ada.lane@example.com", "password": PASSWORD}
    assert client.post(f"{AUTH}/login", json=login).status_code == 401, "whoever made the change may know it"
    assert client.post(f"{CONTACT}/undo", json=undo).json["type"] == "urn:problem-type:link_closed"


def test_anothers_link_is_none(client: FlaskClient, world: World) -> None:
    client.post(f"{CONTACT}/email", json={"email": NEW, "proof": PASSWORD}, headers=bearer(world.investor))
    token = {"token": resources().sealer.link_token(newest(world.investor))}
    for stranger in (world.another_investor, world.foreign_investor):
        answer = client.post(f"{CONTACT}/email/confirm", json=token, headers=bearer(stranger))
        assert (answer.status_code, answer.json["type"]) == (404, "urn:problem-type:unknown_link")


def test_a_number_is_proven_shown_by_its_end_and_removed(client: FlaskClient, investor: Actor) -> None:
    mine = bearer(investor)
    assert client.post(f"{CONTACT}/phone", json={"phone": "12", "proof": PASSWORD}, headers=mine).status_code == 422
    assert client.post(f"{CONTACT}/phone", json={"phone": NUMBER, "proof": PASSWORD}, headers=mine).status_code == 204
    assert client.get(CONTACT, headers=mine).json["waiting_phone"] == "••• 0123"
    code = resources().sealer.digits(newest(investor))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    refused = client.post(f"{CONTACT}/phone/confirm", json={"code": wrong}, headers=mine)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:wrong_code")
    assert client.post(f"{CONTACT}/phone/confirm", json={"code": code}, headers=mine).status_code == 204
    assert client.post(f"{CONTACT}/phone/confirm", json={"code": code}, headers=mine).status_code == 409
    told = client.get(CONTACT, headers=mine)
    assert (told.json["phone"], told.json["waiting_phone"], "5550123" in told.text) == ("••• 0123", None, False)
    assert client.delete(f"{CONTACT}/phone", json={"proof": PASSWORD}, headers=mine).status_code == 204
    assert client.delete(f"{CONTACT}/phone", json={"proof": PASSWORD}, headers=mine).status_code == 409
