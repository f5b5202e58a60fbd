"""Invitations, as pages of those who invite and of those who come."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email, get_user
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.joining.services import start_registration
from portal.domain.identity.links.values import Purpose
from portal.domain.people.investor_accounts.queries import list_accounts, list_members
from portal.domain.people.invitations.services import invite_person, withdraw_invitation
from portal.platform import clock, db
from portal.platform.ids import new_id, new_secret
from portal.platform.resources import resources
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.identity import PASSWORD, make_user
from tests.factories.investments import make_account
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, link_in

EMAIL = "cleo.marsh@example.com"
NEW = "turnip lantern over Oslo"
GOOD = {"name": "Cleo Marsh", "email": "Cleo.Marsh@example.com", "roles": ["investor"]}
JOINING = {"name": "Cleo A. Marsh", "password": NEW}


def invited(actor: Actor, email: str = EMAIL) -> tuple[UUID, str]:
    """Somebody just invited: their id and the token of their link."""
    with acting_as(actor.tenancy):
        user_id = invite_person(actor, resources().sealer, email=email, name="Cleo Marsh", roles=[Role.INVESTOR])
    return user_id, token_of(user_id)


def token_of(user_id: UUID) -> str:
    with acting_as(GATE):
        link_id = db.fetch_value(
            "SELECT id FROM identity.links WHERE user_id = %(id)s ORDER BY created_at DESC LIMIT 1", id=user_id
        )
    return resources().sealer.link_token(link_id)


def test_an_investor_is_invited_to_an_account_and_comes(
    app: Flask, client: FlaskClient, associate: Actor, firm_id: UUID, post: Post
) -> None:
    account = make_account(firm_id, "Marsh Family Trust")
    sign_in(client, associate)
    assert "Marsh Family Trust" in client.get(f"/invitations/new?account={account}").text
    sent = client.post("/invitations", data={**GOOD, "accounts": "marsh family trust\n"}, follow_redirects=True)
    assert "waiting" in sent.text
    (mail,) = post()
    assert EMAIL in mail
    browser, link = app.test_client(), link_in(mail, "invitations")
    assert "Cleo Marsh" in browser.get(link).text
    assert browser.post(link, data=JOINING).location == "/"
    assert browser.get("/security/sessions").status_code == 200
    with acting_as(Actor.system(firm_id).tenancy):
        person = find_user_by_email(Actor.system(firm_id), EMAIL)
        assert person is not None
        assert (person.name, person.active, person.roles) == ("Cleo A. Marsh", True, {Role.INVESTOR})
        assert [each.user_id for each in list_members(associate, account)] == [person.id]
    assert app.test_client().post("/sign-in", data={"email": EMAIL, "password": NEW}).status_code == 303
    again = app.test_client().get(link)
    assert (again.status_code, "accepted already" in again.text) == (409, True)
    assert "cleo.marsh@example.com" in client.get("/users").text
    assert "waiting" not in client.get("/users").text


def test_until_they_come_they_cannot_sign_in_or_reset(client: FlaskClient, manager: Actor, post: Post) -> None:
    invited(manager)
    post()
    assert client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 422
    client.post("/password/forgot", data={"email": EMAIL})
    assert post() == []


def test_sent_again_and_withdrawn(client: FlaskClient, manager: Actor) -> None:
    user_id, first = invited(manager)
    sign_in(client, manager)
    client.post(f"/invitations/{user_id}/resend")
    second = token_of(user_id)
    assert "replaced by a newer one" in client.get(f"/invitations/{first}").text
    assert client.get(f"/invitations/{second}").status_code == 200
    assert "withdrawn" in client.post(f"/invitations/{user_id}/withdraw", follow_redirects=True).text
    closed = client.post(f"/invitations/{second}", data=JOINING)
    assert (closed.status_code, "was withdrawn" in closed.text) == (409, True)
    client.post(f"/invitations/{user_id}/resend")
    assert client.get(f"/invitations/{token_of(user_id)}").status_code == 200


def test_after_seven_days_it_says_so(client: FlaskClient, manager: Actor) -> None:
    _, token = invited(manager)
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1), tick=True):
        closed = client.get(f"/invitations/{token}")
        assert (closed.status_code, "seven days" in closed.text) == (409, True)
        sign_in(client, manager)
        assert "expired" in client.get("/users").text


def _approve_roles(officer: Actor, user_id: UUID) -> None:
    with acting_as(officer.tenancy):
        asked = find_open_approval(officer, "roles.change", f"user:{user_id}")
        assert asked is not None
        decide_approval(officer, asked.id, digest=asked.digest, approves=True)


def test_who_is_to_be_a_colleague_opens_nothing_before_it_is_approved(client: FlaskClient, world: World) -> None:
    administrator = world.administrator
    with acting_as(administrator.tenancy):
        user_id = invite_person(
            administrator, resources().sealer, email=EMAIL, name="Cleo Marsh", roles=[Role.ADMINISTRATOR]
        )
    assert client.post(f"/invitations/{token_of(user_id)}", data=JOINING).status_code == 303
    home = client.get("/").text
    assert "You have no role yet" in home
    assert "Sign out" in home, "the way out is there even where nothing else is"
    assert client.get("/users").status_code == 403
    officer = make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE)
    _approve_roles(officer, user_id)
    assert client.get("/users").status_code == 303, "a password alone opens nothing to staff"


def test_what_was_to_be_staff_comes_back_as_an_investor_only(world: World, app: Flask) -> None:
    administrator = world.administrator
    with acting_as(administrator.tenancy):
        user_id = invite_person(administrator, resources().sealer, email=EMAIL, name="Cleo", roles=[Role.MANAGER])
    _approve_roles(make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE), user_id)
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        assert start_registration(system, EMAIL, link_id=new_id(), token=new_secret()) is None
    with acting_as(administrator.tenancy):
        withdraw_invitation(administrator, user_id)
        assert get_user(administrator, user_id).roles == frozenset()
    with acting_as(system.tenancy):
        assert start_registration(system, EMAIL, link_id=new_id(), token=new_secret()) == user_id
        assert get_user(system, user_id).roles == {Role.INVESTOR}


def test_an_invited_colleague_sets_up_a_factor_before_anything_else(client: FlaskClient, world: World) -> None:
    with acting_as(world.administrator.tenancy):
        user_id = invite_person(
            world.administrator, resources().sealer, email=EMAIL, name="Cleo Marsh", roles=[Role.MANAGER]
        )
        assert get_user(world.administrator, user_id).roles == frozenset(), "until somebody else approves"
    _approve_roles(make_user(world.firm_id, "officer@example.com", Role.COMPLIANCE), user_id)
    assert client.post(f"/invitations/{token_of(user_id)}", data=JOINING).status_code == 303
    assert client.get("/users").status_code == 303
    assert "/factors/new" in client.get("/users", follow_redirects=True).request.path


def test_a_weak_password_leaves_the_invitation_open(client: FlaskClient, manager: Actor) -> None:
    _, token = invited(manager)
    refused = client.post(f"/invitations/{token}", data={"name": "Cleo", "password": "cleo.marsh@example"})
    assert (refused.status_code, "made of your name" in refused.text) == (422, True)
    assert client.post(f"/invitations/{token}", data=JOINING).status_code == 303


def test_only_administrators_invite_colleagues(client: FlaskClient, world: World) -> None:
    staff = {**GOOD, "roles": ["associate"]}
    sign_in(client, world.manager)
    refused = client.post("/invitations", data=staff)
    assert (refused.status_code, "Only an administrator" in refused.text) == (422, True)
    client.post("/sign-out")
    sign_in(client, world.administrator)
    assert client.post("/invitations", data=staff).status_code == 303
    with acting_as(world.administrator.tenancy):
        person = find_user_by_email(world.administrator, EMAIL)
    assert person is not None
    client.post("/sign-out")
    sign_in(client, world.manager)
    for act in ("resend", "withdraw"):
        assert client.post(f"/invitations/{person.id}/{act}").status_code == 403
    assert client.post("/invitations", data=GOOD).status_code == 422


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"email": "ada.lane@example.com"}, "here already"),
        ({"email": "no"}, "not an address"),
        ({"name": ""}, "Enter the person"),
        ({"accounts": "Nobody's Trust"}, "no account of this name"),
    ],
)
def test_the_form_says_what_to_mend(client: FlaskClient, manager: Actor, change: dict[str, str], says: str) -> None:
    sign_in(client, manager)
    refused = client.post("/invitations", data={**GOOD, **change})
    assert (refused.status_code, says in refused.text) == (422, True)


def test_investors_auditors_and_other_firms_neither_invite_nor_see(client: FlaskClient, world: World) -> None:
    user_id, _ = invited(world.manager)
    for person, status in ((world.investor, 403), (world.auditor, 403), (world.foreign_manager, 404)):
        sign_in(client, person)
        assert client.post(f"/invitations/{user_id}/resend").status_code == status
        assert client.post(f"/invitations/{user_id}/withdraw").status_code == status
        assert EMAIL not in client.get("/users").text
        client.post("/sign-out")


def test_who_withdraws_takes_the_accounts_back(client: FlaskClient, manager: Actor, firm_id: UUID) -> None:
    account = make_account(firm_id, "Marsh Family Trust")
    sign_in(client, manager)
    client.post("/invitations", data={**GOOD, "accounts": "Marsh Family Trust"})
    with acting_as(manager.tenancy):
        (member,) = list_members(manager, account)
    client.post(f"/invitations/{member.user_id}/withdraw")
    with acting_as(manager.tenancy):
        assert list_members(manager, account) == []
        assert list_accounts(manager, search="Marsh")


def test_a_link_of_another_purpose_is_none(client: FlaskClient, manager: Actor, investor: Actor) -> None:
    from tests.factories.links import make_link

    assert client.get(f"/invitations/{make_link(investor)}").status_code == 404
    assert client.get(f"/password/reset/{make_link(investor, Purpose.INVITATION)}").status_code == 404


def test_of_many_at_once_one_accepts(committed_app: Flask, world: World) -> None:
    with committed_app.app_context():
        _, token = invited(world.manager, f"twice.{time.time_ns()}@example.com")

    def accept(number: int) -> int:
        data = {"name": f"Number {number}", "password": NEW}
        return committed_app.test_client().post(f"/invitations/{token}", data=data).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(accept, range(8)))
    assert answers == [303] + [409] * 7


def test_who_accepts_while_it_is_withdrawn_comes_or_does_not(committed_app: Flask, world: World) -> None:
    staff = sign_in(committed_app.test_client(), world.manager)
    begin = Barrier(2)

    def accept(token: str) -> int:
        begin.wait()
        return committed_app.test_client().post(f"/invitations/{token}", data=JOINING).status_code

    def withdraw(user_id: UUID) -> int:
        begin.wait()
        return staff.post(f"/invitations/{user_id}/withdraw").status_code

    for _ in range(8):
        with committed_app.app_context():
            user_id, token = invited(world.manager, f"race.{time.time_ns()}@example.com")
        with ThreadPoolExecutor(2) as pool:
            accepted, withdrawn = pool.submit(accept, token), pool.submit(withdraw, user_id)
            assert (accepted.result(), withdrawn.result()) in {(303, 404), (409, 303)}


def test_who_registered_and_never_confirmed_can_be_invited(
    app: Flask, client: FlaskClient, manager: Actor, post: Post
) -> None:
    system = Actor.system(manager.firm_id)
    with acting_as(system.tenancy):
        registered = start_registration(system, EMAIL, link_id=new_id(), token=new_secret())
    assert sign_in(client, manager).post("/invitations", data=GOOD).status_code == 303
    (mail,) = post()
    assert app.test_client().post(link_in(mail, "invitations"), data=JOINING).status_code == 303
    with acting_as(manager.tenancy):
        person = find_user_by_email(manager, EMAIL)
    assert person is not None
    assert (person.id, person.active) == (registered, True)
