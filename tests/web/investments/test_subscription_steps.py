"""The steps of a subscription, as an investor goes through them."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.investments.subscriptions.queries.subscriptions import find_under_way
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.subscriptions import Desk
from tests.factories.web import sign_in

AT = "/investments/subscriptions"


def begun(desk: Desk, world: World, account: UUID) -> UUID:
    with acting_as(world.investor.tenancy):
        found = find_under_way(world.investor, desk.opportunity, account)
    assert found is not None
    return found


def test_an_investor_goes_through_the_steps_and_comes_back_later(
    client: FlaskClient, desk: Desk, account: UUID, world: World
) -> None:
    sign_in(client, world.investor)
    assert "Lane Family Trust" in client.get(f"{AT}/new?opportunity={desk.opportunity}").text
    answer = client.post(f"{AT}?opportunity={desk.opportunity}", data={"account": str(account)})
    found = begun(desk, world, account)
    assert answer.location == f"/investments/subscription-steps/{found}/amount"
    again = client.post(f"{AT}?opportunity={desk.opportunity}", data={"account": str(account)})
    assert again.location == f"{AT}/{found}"
    steps = f"/investments/subscription-steps/{found}"
    low = client.post(f"{steps}/amount", data={"amount": "100"})
    assert (low.status_code, "The least that is taken" in low.text) == (422, True)
    assert 'value="100"' in low.text
    assert client.post(f"{steps}/amount", data={"amount": "75000"}).location == f"{steps}/questions"
    text = client.get(f"{steps}/questions").text
    codes = [part[:13] for part in text.split('name="q')[1:]]
    assert client.post(f"{steps}/questions", data={f"q{codes[0][:12]}": "no"}).location == f"{steps}/statements"
    review = client.get(f"{steps}/review").text
    assert "Still to be done" in review
    assert "Submit to the firm" not in review
    names = [part.split('"')[0] for part in client.get(f"{steps}/statements").text.split('name="q')[1:]]
    client.post(f"{steps}/statements", data={f"q{each}": "y" for each in names})
    assert "It is called as the vehicle" in client.get(f"{steps}/documents").text
    client.post(f"{steps}/documents", data={"has_read": "y"})
    assert "75,000.00" in client.get(f"{steps}/review").text
    client.post(f"{AT}/{found}/submit")
    assert "with the firm" in client.get(f"{AT}/{found}").text
    assert client.get(f"{steps}/amount").status_code == 409
    assert client.post(f"{AT}/{found}/withdraw", data={"note": "Later."}).status_code == 303
    assert "withdrawn" in client.get(AT).text
