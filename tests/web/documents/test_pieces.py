"""Whose a piece of a batch is and where it ends, as pages."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.documents.filing.queries.batches import list_pieces
from portal.domain.identity.access.values import Actor
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.web import sign_in
from tests.web.documents.sending import sent


def pieces(actor: Actor, place: str) -> list[str]:
    """The addresses of the pieces of the batch at `place`."""
    batch = place.rsplit("/", 1)[-1]
    with acting_as(actor.tenancy):
        return [f"/documents/pieces/{batch}/{each.id}" for each in list_pieces(actor, UUID(batch))]


def test_staff_say_whose_a_piece_is(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.associate)
    place = sent(client)
    first, second, third = pieces(world.associate, place)
    wrong = client.post(third, data={"account": "Lane Famly Trust"})
    assert wrong.status_code == 422
    assert "There is no account of this name or number" in wrong.text
    assert 'value="Lane Famly Trust"' in wrong.text
    assert client.post(third, data={"account": "lane  family trust"}).status_code == 303
    assert "Chosen" in client.get(place).text
    client.post(f"{second}/leave-out")
    assert "Left out" in client.get(place).text
    client.post(f"{first}/join")
    assert "1–2" in client.get(place).text
    client.post(f"{first}/split", data={"after": "1"})
    assert len(pieces(world.associate, place)) == 3
    assert "Write a page from" in client.post(f"{first}/split", data={"after": "9"}, follow_redirects=True).text
    assert client.get(f"{place}?show=doubtful").text.count('id="piece-') == 1


def test_others_say_nothing_of_pieces(client: FlaskClient, world: World, accounts: tuple[UUID, UUID]) -> None:
    sign_in(client, world.associate)
    piece = pieces(world.associate, sent(client))[0]
    for person, status in ((world.investor, 403), (world.auditor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        for path in ("", "/leave-out", "/join", "/split"):
            answer = client.post(f"{piece}{path}", data={"account": "Lane Family Trust", "after": "1"})
            assert answer.status_code == status, path
