"""Interest as pages: said by investors, read by staff."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.investments.opportunities.services.interests import express_interest, withdraw_interest
from portal.platform.tenancy import acting_as
from portal.web.investments import interests
from tests.conftest import World
from tests.factories.investments import make_account, make_vehicle
from tests.factories.offerings import make_opportunity, offering
from tests.factories.web import sign_in

PAGES = "/investments/interests"


@pytest.fixture
def opportunity(app: Flask, firm_id: UUID, associate: Actor, manager: Actor, investor: Actor) -> UUID:
    make_account(firm_id, "Lane Family Trust", investor)
    return make_opportunity(associate, manager, offering(make_vehicle(firm_id, "Harbour Growth II")))


def account_of(text: str) -> str:
    return text.split('name="account"')[1].split('value="')[1].split('"')[0]


def test_interest_is_said_seen_by_staff_and_withdrawn(
    app: Flask, opportunity: UUID, associate: Actor, investor: Actor
) -> None:
    client, staff = sign_in(app.test_client(), investor), sign_in(app.test_client(), associate)
    page = f"/investments/opportunities/{opportunity}"
    said = {"account": account_of(client.get(page).text), "note": "Perhaps."}
    wrong = client.post(f"{PAGES}/{opportunity}", data={**said, "amount": "-1"})
    assert (wrong.status_code, "Perhaps." in wrong.text) == (422, True)
    assert (
        "75,000.00"
        in client.post(f"{PAGES}/{opportunity}", data={**said, "amount": "75000"}, follow_redirects=True).text
    )
    listed = staff.get(f"{PAGES}/{opportunity}").text
    for text in ("Lane Family Trust", "75,000.00", "Perhaps.", "has not confirmed accreditation of this account"):
        assert text in listed
    assert "withdrawn" in client.post(f"{PAGES}/{opportunity}/withdraw", data=said, follow_redirects=True).text
    assert client.post(f"{PAGES}/{opportunity}/withdraw", data=said).status_code == 404
    assert staff.post(f"{PAGES}/{opportunity}", data={**said, "amount": "75000"}).status_code == 403


def test_an_opportunity_is_watched_and_no_longer(app: Flask, opportunity: UUID, investor: Actor) -> None:
    client = sign_in(app.test_client(), investor)
    assert "Stop watching" in client.post(f"{PAGES}/{opportunity}/watch", follow_redirects=True).text
    assert "Stop watching" not in client.post(f"{PAGES}/{opportunity}/unwatch", follow_redirects=True).text


def test_whom_it_is_not_offered_to_finds_nothing(app: Flask, opportunity: UUID, world: World) -> None:
    for stranger in (world.another_investor, world.foreign_investor):
        client = sign_in(app.test_client(), stranger)
        assert client.get(f"{PAGES}/{opportunity}").status_code == 404
        assert client.post(f"{PAGES}/{opportunity}/watch").status_code == 404


def test_many_interests_and_what_was_said_come_in_pages(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, associate: Actor, manager: Actor, investor: Actor
) -> None:
    monkeypatch.setattr(interests, "MOST", 1)
    accounts = [make_account(associate.firm_id, name, investor) for name in ("Alder Trust", "Birch Trust")]
    opportunity = make_opportunity(associate, manager, offering(make_vehicle(associate.firm_id, "Harbour Growth II")))
    with acting_as(investor.tenancy):
        for account in accounts:
            express_interest(investor, opportunity, account, amount=Decimal(75_000))
        withdraw_interest(investor, opportunity, accounts[0])
    sign_in(client, associate)
    shown = client.get(f"{PAGES}/{opportunity}").text
    now, said = (re.findall(rf'rel="next" href="([^"]+{name}=[^"]+)"', shown)[0] for name in ("cursor", "changes"))
    assert (shown.count('row">Alder Trust'), shown.count('row">Birch Trust')) == (1, 1)
    second = client.get(unescape(now)).text
    assert (second.count('row">Alder Trust'), "cursor" in second) == (2, True)
    older = [client.get(unescape(said)).text]
    older.append(client.get(unescape(re.findall(r'rel="next" href="([^"]+changes=[^"]+)"', older[0])[-1])).text)
    assert [text.count('row">Alder Trust') for text in older] == [0, 1]
    assert not re.findall(r'rel="next" href="[^"]+changes=', older[1].split("What was said")[-1])
