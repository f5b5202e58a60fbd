"""Accounts and the people who act for them, as pages."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor
from portal.domain.people.investor_accounts.queries import list_accounts
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.web import sign_in


def test_an_account_is_opened_and_given_people(client: FlaskClient, associate: Actor, investor: Actor) -> None:
    sign_in(client, associate)
    data = {"name": "Lane Family Trust", "kind": "trust", "tax_residence": "us"}
    shown = client.post("/people/investor-accounts", data=data, follow_redirects=True)
    assert "Nobody yet" in shown.text
    place = shown.request.path
    assert "no investor sees" in shown.text
    added = client.post(f"{place}/members", data={"email": "Ada.Lane@example.com "}, follow_redirects=True)
    assert "ada.lane@example.com" in added.text
    with acting_as(investor.tenancy):
        assert [account.name for account in list_accounts(investor)] == ["Lane Family Trust"]
    client.post(f"{place}/members/{investor.user_id}/remove")
    with acting_as(investor.tenancy):
        assert list_accounts(investor) == []


def test_somebody_unknown_is_refused_with_what_to_do(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    account = make_account(firm_id, "Lane Family Trust")
    sign_in(client, associate)
    refused = client.post(f"/people/investor-accounts/{account}/members", data={"email": "nobody@example.com"})
    assert refused.status_code == 422
    assert "Invite the person instead" in refused.text
    assert "nobody@example.com" in refused.text


def test_a_person_of_another_firm_cannot_be_added(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    account = make_account(firm_id, "Lane Family Trust")
    sign_in(client, associate)
    refused = client.post(f"/people/investor-accounts/{account}/members", data={"email": "foreign@example.com"})
    assert refused.status_code == 422


def test_accounts_are_searched_and_paged(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    for number in range(53):
        make_account(firm_id, f"Account {number:02}")
    sign_in(client, associate)
    first = client.get("/people/investor-accounts")
    assert "Account 49" in first.text
    assert "Account 50" not in first.text
    assert "cursor=" in first.text
    assert "Account 51" in client.get("/people/investor-accounts?search=51").text
    assert client.get("/people/investor-accounts?cursor=rubbish").status_code == 422


def test_another_firm_and_investors_are_kept_out(client: FlaskClient, world: World, firm_id: UUID) -> None:
    account = make_account(firm_id, "Lane Family Trust", world.investor)
    sign_in(client, world.foreign_manager)
    assert client.get(f"/people/investor-accounts/{account}").status_code == 404
    assert client.post(f"/people/investor-accounts/{account}/members", data={"email": "x@y.zz"}).status_code in (
        403,
        404,
    )
    client.post("/sign-out")
    sign_in(client, world.investor)
    assert client.get(f"/people/investor-accounts/{account}").status_code == 403


def test_an_account_is_given_a_number_of_its_own(client: FlaskClient, associate: Actor, firm_id: UUID) -> None:
    first, second = (make_account(firm_id, name) for name in ("Lane Family Trust", "Harbour Trust"))
    sign_in(client, associate)
    path = "/people/investor-accounts/{}/number"
    assert "A-4711" in client.post(path.format(first), data={"number": " a-4711 "}, follow_redirects=True).text
    taken = client.post(path.format(second), data={"number": "A-4711"})
    assert (taken.status_code, "has this number already" in taken.text) == (422, True)
    wrong = client.post(path.format(second), data={"number": "main"})
    assert (wrong.status_code, 'value="main"' in wrong.text) == (422, True)
    assert client.post(path.format(first), data={"number": ""}).status_code == 303
    assert client.post(path.format(second), data={"number": "A-4711"}).status_code == 303


def test_only_who_edits_accounts_numbers_them(client: FlaskClient, world: World, firm_id: UUID) -> None:
    account = make_account(firm_id, "Lane Family Trust", world.investor)
    for person, status in ((world.auditor, 403), (world.investor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        answer = client.post(f"/people/investor-accounts/{account}/number", data={"number": "A-1"})
        assert answer.status_code == status
