"""Staff prepare a document for signing, send it and follow it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.documents.signing.queries.envelopes import list_fields, list_people
from portal.domain.documents.signing.values.envelopes import SignerState
from portal.domain.identity.access.values import Actor
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.signing import make_envelope, make_paper
from tests.factories.web import sign_in
from tests.web.identity.test_factors import hidden

PLACE = "/documents/envelopes"


def prepare(client: FlaskClient, document: UUID, **said: str) -> str:
    """The address of a new draft."""
    day = (clock.today() + timedelta(days=9)).isoformat()
    form = {"document": str(document), "last_day": day, "remind_days": "3", "message": "Before Friday."}
    answer = client.post(PLACE, data=form | said)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def people_of(actor: Actor, envelope: UUID) -> list[tuple[str, SignerState]]:
    with acting_as(actor.tenancy):
        return [(each.name, each.state) for each in list_people(actor, envelope)]


def test_a_document_is_prepared_and_sent(app: Flask, client: FlaskClient, world: World) -> None:
    document = make_paper(world.firm_id, "Side letter")
    sign_in(client, world.manager)
    assert "Side letter" in client.get(f"{PLACE}/new?document={document}&words=side").text
    place = prepare(client, document)
    envelope = UUID(place.rpartition("/")[2])
    parts = place.replace("envelopes", "envelope-signers")
    for email, turn in (("ada.lane@example.com", "1"), ("ben.ortiz@example.com", "2")):
        assert client.post(parts, data={"email": email, "role": "Investor", "turn": turn}).status_code == 303
    fields = place.replace("envelopes", "envelope-fields")
    for seat in ("1", "2"):
        said = {"seat": seat, "kind": "signature", "page": "-1", "spot": "bottom_right", "required": "y"}
        assert client.post(fields, data=said).status_code == 303
    html = client.get(place).text
    assert "Ada Lane" in html
    assert "Send" in html
    assert client.get(f"{place}/pages/1").mimetype == "image/webp"
    assert client.get(f"{place}/download").status_code == 303
    assert client.post(f"{place}/send", data={"seen": hidden(client.get(place), "seen")}).status_code == 303
    assert people_of(world.manager, envelope) == [("Ada Lane", SignerState.ASKED), ("Ben Ortiz", SignerState.WAITING)]
    assert "What happened" in client.get(place).text
    assert "0 of 2" in client.get(PLACE).text
    assert client.post(f"{place}/send").status_code == 409


def test_what_is_sent_is_what_was_looked_at(app: Flask, client: FlaskClient, world: World) -> None:
    """Whatever else somebody changes of a draft meanwhile, whoever sends it looks again first."""
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    place, fields = f"{PLACE}/{envelope}", f"{PLACE.replace('envelopes', 'envelope-fields')}/{envelope}"
    sign_in(client, world.manager)
    seen = hidden(client.get(place), "seen")
    said = {"seat": "1", "kind": "initials", "page": "1", "spot": "bottom_left", "required": "y"}
    assert client.post(fields, data=said).status_code == 303
    for old in (seen, ""):
        assert "Somebody changed this" in client.post(f"{place}/send", data={"seen": old}, follow_redirects=True).text
    assert people_of(world.manager, envelope) == [("Ada Lane", SignerState.WAITING)]
    again = hidden(client.get(place), "seen")
    assert "Sent." in client.post(f"{place}/send", data={"seen": again}, follow_redirects=True).text


def test_what_is_wrong_stands_beside_it(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in(client, world.associate)
    document = make_paper(world.firm_id)
    for said, told in (
        ({"last_day": "2020-01-01"}, "Choose a day within"),
        ({"document": ""}, "Choose the document."),
        ({"message": "x" * 2001}, "longer than"),
    ):
        day = (clock.today() + timedelta(days=9)).isoformat()
        form = {"document": str(document), "last_day": day, "remind_days": "0", "message": "Kept."}
        answer = client.post(PLACE, data=form | said)
        assert answer.status_code == 422
        assert told in answer.text
    assert "Kept." in client.post(PLACE, data={"document": str(document), "message": "Kept."}).text


def test_an_associate_prepares_and_does_not_send(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1), sent=False)
    sign_in(client, world.associate)
    assert "Somebody who may publish documents sends it." in client.get(f"{PLACE}/{envelope}").text
    assert client.post(f"{PLACE}/{envelope}/send").status_code == 403
    assert client.post(f"{PLACE}/{envelope}/cancel").status_code == 303


def test_an_auditor_reads_and_changes_nothing(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.auditor)
    html = client.get(f"{PLACE}/{envelope}").text
    assert "Ada Lane" in html
    assert "Remind" not in html.partition("Who signs")[2]
    assert client.get(f"{PLACE}/new").status_code == 403
    assert client.post(f"{PLACE}/{envelope}/cancel").status_code == 403


def test_who_is_to_sign_is_led_there(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.manager, 1), (world.investor, 2))
    for person, led in ((world.manager, True), (world.associate, False)):
        sign_in(client, person)
        assert (f"/documents/signatures/{envelope}" in client.get(f"{PLACE}/{envelope}").text) is led


def test_it_is_taken_back_with_a_reason(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.manager)
    assert client.post(f"{PLACE}/{envelope}/cancel", data={"reason": "The terms changed."}).status_code == 303
    assert "The terms changed." in client.get(f"{PLACE}/{envelope}").text


def test_other_firms_and_investors_find_nothing(app: Flask, client: FlaskClient, world: World) -> None:
    envelope = make_envelope(world.manager, (world.investor, 1))
    sign_in(client, world.foreign_manager)
    for path in ("", "/pages/1", "/download"):
        assert client.get(f"{PLACE}/{envelope}{path}").status_code == 404
    assert client.post(f"{PLACE}/{envelope}/cancel").status_code == 404
    sign_in(client, world.investor)
    assert client.get(PLACE).status_code == 403
    assert client.get(f"{PLACE}/{envelope}").status_code == 403


def test_the_number_of_questions_does_not_grow_with_the_list(
    app: Flask, client: FlaskClient, world: World, count_statements: object
) -> None:
    sign_in(client, world.manager)
    counts = []
    for _ in range(2):
        make_envelope(world.manager, (world.investor, 1))
        with count_statements() as asked:  # type: ignore[operator]  # a context manager
            client.get(PLACE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    with acting_as(world.manager.tenancy):
        assert list_fields(world.manager, make_envelope(world.manager, (world.investor, 1)))
