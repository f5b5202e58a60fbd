"""Addresses are sealed, found whole, one to a firm, and people are listed by name."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.accounts.queries import find_user_by_email, get_user, list_users
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.emails.services import index_emails_anew, write_email
from portal.domain.identity.sessions.queries import list_credentials
from portal.platform import db
from portal.platform.crypto import create_encryption_key
from portal.platform.personal import keyring
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user


def test_an_address_is_nowhere_in_the_row(app: Flask, world: World) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT u::text AS row FROM identity.users u")
    assert rows
    assert not any("@" in row.row or b"ada.lane".hex() in row.row for row in rows)


def test_it_is_found_however_it_is_typed_and_only_whole(app: Flask, world: World) -> None:
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        found = find_user_by_email(system, "  Ada.Lane@Example.COM ")
        assert found
        assert found.email == "ada.lane@example.com"
        assert [user.id for user in list_users(system, search="ada.lane@example.com")] == [world.investor.user_id]
        assert list_users(system, search="@example.com") == []
        assert [user.name for user in list_users(system, search="ada")] == ["Ada Lane"]
        assert list_users(system, search="%") == []


def test_two_firms_may_know_one_address_and_one_firm_once(app: Flask, world: World) -> None:
    make_user(world.other_firm_id, "ada.lane@example.com", Role.INVESTOR)
    assert len(list_credentials("ada.lane@example.com", firm_id=None)) == 2
    assert len(list_credentials("ada.lane@example.com", firm_id=world.firm_id)) == 1
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy), pytest.raises(EmailTaken):
        create_user(system, email="Ada.Lane@example.com", name="Ada", password=None, roles=[Role.INVESTOR])


def test_the_list_goes_on_where_it_ended(app: Flask, world: World) -> None:
    for name in ("twin.a@example.com", "twin.b@example.org", "twin.a@example.net"):
        make_user(world.firm_id, name, Role.INVESTOR)  # two of them have one name
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        whole, pages = list_users(system, most=100), []
        while part := list_users(system, after=(pages[-1].name, pages[-1].id) if pages else ("", whole[0].id), most=2):
            pages += part
    assert [user.id for user in pages] == [user.id for user in whole]
    assert [user.name for user in whole] == sorted(user.name for user in whole)


def test_a_changed_address_is_the_one_that_is_found(app: Flask, world: World) -> None:
    system, user_id = Actor.system(world.firm_id), world.investor.user_id
    assert user_id
    with acting_as(system.tenancy):
        write_email(system, user_id, "Ada@Elsewhere.example")
        assert find_user_by_email(system, "ada.lane@example.com") is None
        assert get_user(system, user_id).email == "ada@elsewhere.example"
        assert find_user_by_email(system, "ada@elsewhere.example")


def test_people_are_found_while_indexes_are_made_anew(app: Flask, world: World) -> None:
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        create_encryption_key(keyring().index_file)
        assert find_user_by_email(system, "ada.lane@example.com"), "by the index of the key before"
        assert index_emails_anew(system, most=2) == 2
        assert find_user_by_email(system, "ada.lane@example.com"), "with some done"
        while index_emails_anew(system):
            pass
        assert find_user_by_email(system, "ada.lane@example.com")
        with pytest.raises(EmailTaken):
            create_user(system, email="ada.lane@example.com", name="Ada", password=None, roles=[Role.INVESTOR])
