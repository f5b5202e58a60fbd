"""How an offering takes subscriptions, and what waits accepted at once."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from tests.conftest import World
from tests.factories.subscriptions import Desk
from tests.factories.web import sign_in

AT = "/investments/subscription-setups"


def test_what_waits_is_previewed_and_accepted_at_once(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    second = desk.open_account("Ortiz Holdings", world.another_investor)
    one, two = desk.submit(world.investor, account, "150000"), desk.submit(world.another_investor, second, "150000")
    sign_in(client, world.manager)
    address = f"{AT}/{desk.opportunity}/allotment"
    text = client.get(address).text
    assert text.count('value="100000"') == 2
    digest = text.split('name="digest" value="')[1].split('"')[0]
    wrong = client.post(address, data={"digest": digest, f"given-{one}": "150000", f"given-{two}": "abc"})
    assert (wrong.status_code, "Write amounts as numbers" in wrong.text) == (422, True)
    above = client.post(address, data={"digest": digest, f"given-{one}": "150000", f"given-{two}": "100000"})
    assert (above.status_code, "Together this is more" in above.text) == (422, True)
    client.post(address, data={"digest": digest, f"given-{one}": "120,000", f"given-{two}": "80000"})
    assert (desk.read(one).accepted, desk.read(two).accepted) == (120_000, 80_000)


def test_staff_say_how_subscriptions_are_taken(client: FlaskClient, desk: Desk, world: World) -> None:
    sign_in(client, world.associate)
    address = f"{AT}/{desk.opportunity}"
    assert "Are you a politically exposed person?" in client.get(address).text
    given = {
        "allocation": "first_come", "places": "100", "countersigner": str(world.manager.user_id),
        "questions": "maybe | So?", "statements": "True.", "terms": "Terms.",
    }  # fmt: skip
    wrong = client.post(address, data=given)
    assert (wrong.status_code, "Line 1 begins with none of" in wrong.text) == (422, True)
    assert client.post(address, data=given | {"questions": ""}).status_code == 303
    assert 'value="100"' in client.get(address).text
