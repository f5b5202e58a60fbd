"""Each person and account has a key from the beginning, which others neither see nor change."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.services import create_user
from portal.domain.identity.subjects.queries import count_rows_by_key, get_subject_key, list_subject_keys
from portal.domain.identity.subjects.services import create_subject_keys, rewrap_subject_keys
from portal.domain.identity.subjects.values import SubjectKind
from portal.domain.people.investor_accounts.queries import find_account_ids
from portal.domain.people.investor_accounts.services import open_account, open_accounts
from portal.domain.people.investor_accounts.values import AccountKind
from portal.platform.crypto import create_encryption_key
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.personal import Place, keyring, seal, unseal, wrapping_key_of
from portal.platform.tenancy import acting_as
from tests.conftest import World


def test_people_and_accounts_are_made_with_a_key(app: Flask, world: World) -> None:
    system = Actor.system(world.firm_id)
    with acting_as(system.tenancy):
        user_id = create_user(system, email="new@example.com", name="New", password=None, roles=[Role.INVESTOR])
        account_id = open_account(system, name="Lane Trust", kind=AccountKind.TRUST)
        open_accounts(system, [("One", AccountKind.TRUST), ("Two", AccountKind.JOINT)], cause="import:1")
        many = find_account_ids(system, ["One", "Two"]).values()
        assert len(list_subject_keys([user_id, account_id, *many])) == 4


def test_a_key_is_seen_by_its_subject_and_the_firm_only(app: Flask, world: World) -> None:
    system, lane, ortiz = Actor.system(world.firm_id), world.investor, world.another_investor
    assert lane.user_id
    with acting_as(system.tenancy):
        account_id = open_account(system, name="Lane Trust", kind=AccountKind.TRUST, members=[lane.user_id])
    for actor, seen in ((lane, 2), (ortiz, 0), (world.associate, 2), (world.foreign_manager, 0)):
        with acting_as(actor.tenancy):
            assert len(list_subject_keys([lane.user_id, account_id])) == seen
    with acting_as(ortiz.tenancy), pytest.raises(NotFound):
        get_subject_key(account_id)


def test_an_investor_makes_no_keys(app: Flask, world: World) -> None:
    with acting_as(world.investor.tenancy), pytest.raises(Exception, match="permission denied"):
        create_subject_keys(world.investor, SubjectKind.USER, [new_id()])


def test_who_has_a_key_keeps_it(app: Flask, world: World) -> None:
    system = Actor.system(world.firm_id)
    assert world.investor.user_id
    with acting_as(system.tenancy):
        before = get_subject_key(world.investor.user_id)
        create_subject_keys(system, SubjectKind.USER, [world.investor.user_id])
        assert get_subject_key(world.investor.user_id) == before


def test_keys_are_wrapped_anew_in_batches(app: Flask, world: World) -> None:
    system, user_id = Actor.system(world.firm_id), world.investor.user_id
    assert user_id
    place = Place("identity.users.phone", user_id, user_id)
    with acting_as(system.tenancy):
        sealed = seal("+41791234567", place, get_subject_key(user_id))
        create_encryption_key(keyring().vault.key_file)
        in_force = keyring().vault.key_in_force()
        assert count_rows_by_key().get(in_force, 0) == 0
        counts = []
        while done := rewrap_subject_keys(system, most=2):
            counts.append(done)
        assert len(counts) > 1
        assert count_rows_by_key() == {in_force: sum(counts)}
        wrapped = get_subject_key(user_id)
        assert wrapping_key_of(wrapped) == in_force
        assert unseal(sealed, place, wrapped) == "+41791234567"
