"""What staff decide on a subscription."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.investments.subscriptions.values.subscriptions import SubscriptionState
from tests.conftest import World
from tests.factories.subscriptions import Desk
from tests.factories.web import sign_in

AT, DECIDE = "/investments/subscriptions", "/investments/subscription-decisions"


def test_staff_send_back_accept_in_part_and_take_back(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    found = desk.submit(world.investor, account)
    sign_in(client, world.associate)
    assert "Lane Family Trust" in client.get(AT).text
    assert "Accept it" not in client.get(f"{AT}/{found}").text
    assert client.post(f"{DECIDE}/{found}/accept", data={"amount": "60000"}).status_code == 403
    assert client.post(f"{DECIDE}/{found}/send-back", data={"comment": ""}).status_code == 422
    client.post(f"{DECIDE}/{found}/send-back", data={"comment": "Name the source of funds."})
    assert desk.read(found).state is SubscriptionState.SENT_BACK
    desk.hand_in(world.investor, found)
    sign_in(client, world.manager)
    much = client.post(f"{DECIDE}/{found}/accept", data={"amount": "60001"})
    assert (much.status_code, "at most 60,000" in much.text) == (422, True)
    client.post(f"{DECIDE}/{found}/accept", data={"amount": "55000"})
    assert desk.read(found).accepted == 55_000
    assert client.post(f"{DECIDE}/{found}/cancel", data={"cancelling-reason": "The close moves."}).status_code == 303
    assert "The close moves." in client.get(f"{AT}/{found}").text
    other = desk.submit(world.investor, account)
    client.post(f"{DECIDE}/{other}/decline", data={"declining-reason": "Not this time."})
    assert desk.read(other).state is SubscriptionState.DECLINED


def test_what_is_to_be_mended_stands_above_each_step_until_it_is_sent_again(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    found, steps = desk.submit(world.investor, account), "/investments/subscription-steps"
    sign_in(client, world.associate)
    client.post(f"{DECIDE}/{found}/send-back", data={"comment": "Name the source of funds."})
    sign_in(client, world.investor)
    assert "Mend it and send it again" in client.get(f"{AT}/{found}").text
    for step in ("amount", "questions", "statements", "documents", "review"):
        assert "Name the source of funds." in client.get(f"{steps}/{found}/{step}").text
    assert "Submit it again" in client.get(f"{steps}/{found}/review").text
    desk.hand_in(world.investor, found)
    assert "The firm writes" not in client.get(f"{AT}/{found}").text


def test_who_signed_comes_back_to_the_agreement(client: FlaskClient, desk: Desk, account: UUID, world: World) -> None:
    found = desk.submit(world.investor, account)
    envelope = desk.accept(found)
    sign_in(client, world.investor)
    assert "The signed agreement" not in client.get(f"{AT}/{found}").text
    desk.sign(envelope, world.investor, world.manager)
    page = client.get(f"{AT}/{found}").text
    assert "The signed agreement" in page
    assert f"/documents/signatures/{envelope}" in page
