"""Signing by an app: the same rules as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.signing.queries.envelopes import get_envelope
from portal.domain.documents.signing.values.envelopes import EnvelopeState
from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import bearer
from tests.factories.signing import DRAWN_PATH, make_envelope

PLACE = "/api/v1/signatures"


def signature(seen: dict[str, Any], **said: object) -> dict[str, Any]:
    return {"shown": seen["shown"], "consent": seen["consent_version"], "name": "Ada Lane"} | said


def state_of(world: World, envelope: UUID) -> EnvelopeState:
    with acting_as(world.manager.tenancy):
        return get_envelope(world.manager, envelope).state


def test_an_app_lists_reads_and_signs(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    key = bearer(world.investor)
    (item,) = client.get(PLACE, headers=key).json["items"]
    assert (item["id"], item["open"], item["sender"]) == (str(envelope), True, "Manager")
    shown = client.get(f"{PLACE}/{envelope}", headers=key).json
    assert [each["kind"] for each in shown["fields"]] == ["signature"]
    assert client.get(shown["download"], headers=key).status_code == 303
    wrong = client.post(f"{PLACE}/{envelope}/sign", headers=key, json=signature(shown, shown="ab" * 32))
    assert (wrong.status_code, wrong.json["type"]) == (409, "urn:problem-type:shown_otherwise")
    assert client.post(f"{PLACE}/{envelope}/sign", headers=key, json=signature(shown, consent="")).status_code == 422
    signed = client.post(f"{PLACE}/{envelope}/sign", headers=key, json=signature(shown, path=DRAWN_PATH))
    assert signed.status_code == 204
    again = client.post(f"{PLACE}/{envelope}/sign", headers=key, json=signature(shown))
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:already_signed")
    assert state_of(world, envelope) is EnvelopeState.SIGNED
    assert client.get(f"{PLACE}/{envelope}/download", headers=key).status_code == 404


def test_a_stale_proof_does_not_sign(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    key = bearer(world.investor)
    shown = client.get(f"{PLACE}/{envelope}", headers=key).json
    make_stale(world.investor)
    refused = client.post(f"{PLACE}/{envelope}/sign", headers=key, json=signature(shown))
    assert (refused.status_code, refused.json["type"]) == (403, "urn:problem-type:proof_needed")
    assert state_of(world, envelope) is EnvelopeState.SENT


def make_stale(person: Actor) -> None:
    """Let what this person proved be some time ago."""

    @db.transactional
    def age() -> None:
        db.execute(
            "UPDATE identity.sessions SET proven_at = proven_at - %(age)s WHERE user_id = %(user)s",
            age=timedelta(minutes=6),
            user=person.user_id,
        )

    with acting_as(Actor.system(person.firm_id).tenancy):
        age()


def test_declining_and_passing_on(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    first, second = bearer(world.investor), bearer(world.another_investor)
    said = {"email": "ben.ortiz@example.com", "reason": "He signs."}
    assert client.post(f"{PLACE}/{envelope}/forward", headers=first, json=said).status_code == 204
    assert client.get(f"{PLACE}/{envelope}", headers=first).status_code == 404
    assert client.post(f"{PLACE}/{envelope}/decline", headers=second, json={"reason": " "}).status_code == 422
    assert client.post(f"{PLACE}/{envelope}/decline", headers=second, json={"reason": "No."}).status_code == 204
    assert state_of(world, envelope) is EnvelopeState.DECLINED


def test_what_is_anothers_is_not_there(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    for person in (world.another_investor, world.foreign_investor, world.manager):
        key = bearer(person)
        assert client.get(PLACE, headers=key).json["items"] == []
        for path in ("", "/download"):
            assert client.get(f"{PLACE}/{envelope}{path}", headers=key).status_code == 404
        answer = client.post(f"{PLACE}/{envelope}/decline", headers=key, json={"reason": "No."})
        assert answer.status_code == 404
