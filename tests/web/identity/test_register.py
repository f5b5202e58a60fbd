"""Registering, where the firm is open to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.cli.schedule import forget
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.domain.people.investor_accounts.services import add_member
from portal.domain.people.invitations.services import invite_person
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.investments import make_account
from tests.factories.web import sign_in
from tests.web.identity.conftest import Post, link_in

EMAIL = "dora.vale@example.com"
HOST = {"Host": "harbour.example"}


@transactional
def _host(firm_id: object) -> None:
    db.execute("UPDATE identity.firms SET host = 'harbour.example' WHERE id = %(id)s", id=firm_id)


@pytest.fixture
def opened(app: Flask, world: World) -> None:
    """The firm has a host and is open to registration."""
    with acting_as(Actor.system(world.firm_id).tenancy):
        _host(world.firm_id)
    administrator = sign_in(app.test_client(), world.administrator)
    assert (
        "Anybody may register"
        in administrator.post("/users/open-registration", data={"opened": "yes"}, follow_redirects=True).text
    )


def test_an_address_is_confirmed_and_becomes_an_investor_without_accounts(
    opened: None, client: FlaskClient, world: World, post: Post
) -> None:
    assert "Register" in client.get("/sign-in", headers=HOST).text
    asked = client.post("/register", data={"email": EMAIL}, headers=HOST)
    assert asked.location == "/register/sent"
    assert "on its way" in client.get("/register/sent", headers=HOST).text
    (mail,) = post()
    link = link_in(mail, "invitations")
    assert client.post(link, data={"name": "Dora Vale", "password": "turnip lantern over Oslo"}).status_code == 303
    assert client.get("/investments/portfolio").status_code == 200
    with acting_as(world.manager.tenancy):
        person = find_user_by_email(world.manager, EMAIL)
    assert person is not None
    assert (person.name, person.roles) == ("Dora Vale", {Role.INVESTOR})


def test_who_is_here_already_is_told_by_mail_alone(
    opened: None,
    client: FlaskClient,
    post: Post,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    answers = set()
    for email in ("ada.lane@example.com", EMAIL):
        with count_statements() as statements:
            answer = client.post("/register", data={"email": email}, headers=HOST)
        answers.add((answer.status_code, answer.location, len(answer.data), len(statements)))
    assert len(answers) == 1
    known, new = post()
    assert "You have a sign-in already" in known
    assert "Confirm your e-mail address" in new


def test_a_firm_that_is_closed_lets_nobody_register(client: FlaskClient, world: World, post: Post) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        _host(world.firm_id)
    for answer in (
        client.get("/register", headers=HOST),
        client.post("/register", data={"email": EMAIL}, headers=HOST),
    ):
        assert (answer.status_code, "without an invitation" in answer.text) == (404, True)
    assert post() == []


def test_registering_is_limited(opened: None, client: FlaskClient) -> None:
    answers = [client.post("/register", data={"email": f"d{n}@example.com"}, headers=HOST) for n in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]


def test_who_never_confirms_is_forgotten_and_nobody_else(
    opened: None, client: FlaskClient, world: World, post: Post
) -> None:
    others = [f"{name}@example.com" for name in ("invited", "joined", "given")]
    for email in (EMAIL, *others):
        client.post("/register", data={"email": email}, headers=HOST)
    mails = post()
    joined = link_in(next(mail for mail in mails if "joined@" in mail), "invitations")
    client.post(joined, data={"name": "J", "password": "turnip lantern over Oslo"})
    account = make_account(world.firm_id, "Given Trust")
    with acting_as(world.manager.tenancy):
        sealer = resources().sealer
        invite_person(world.manager, sealer, email="invited@example.com", name="I", roles=[Role.INVESTOR])
        given = find_user_by_email(world.manager, "given@example.com")
        assert given
        add_member(world.manager, account, user_id=given.id)
    forget()
    assert _known(world, EMAIL, *others) == [EMAIL, *others]
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=True):
        forget()
        assert _known(world, EMAIL, *others) == others
        assert client.post("/register", data={"email": EMAIL}, headers=HOST).status_code == 303


def _known(world: World, *emails: str) -> list[str]:
    with acting_as(Actor.system(world.firm_id).tenancy):
        return [email for email in emails if find_user_by_email(Actor.system(world.firm_id), email)]
