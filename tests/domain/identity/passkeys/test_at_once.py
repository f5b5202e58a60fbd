"""Passkeys on many connections at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.factors.errors import FactorNeeded
from portal.domain.identity.passkeys.errors import CeremonyOver
from portal.domain.identity.passkeys.services import remove_passkey
from portal.platform.ids import new_id
from tests.conftest import World
from tests.domain.identity.passkeys.test_services import enter, passkeys_of, question
from tests.factories.identity import make_user
from tests.factories.passkeys import give_passkey


@pytest.fixture
def committed_person(committed_app: Flask, world: World) -> Iterator[Actor]:
    """Somebody known to every connection."""
    with committed_app.app_context():
        yield make_user(world.firm_id, f"n{new_id().int}@example.com", Role.INVESTOR)


def test_of_many_replays_at_once_one_counts(committed_app: Flask, committed_person: Actor) -> None:
    answer = give_passkey(committed_person, counts=False).answer(question())

    def once(_number: int) -> bool:
        with committed_app.app_context():
            try:
                return enter(answer)[0] == committed_person.user_id
            except CeremonyOver:
                return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(9))) == 1


def test_two_last_factors_do_not_go_at_once(committed_app: Flask, world: World) -> None:
    with committed_app.app_context():
        person = make_user(world.firm_id, f"n{new_id().int}@example.com", Role.ASSOCIATE)
        give_passkey(person)
        give_passkey(person)
        ids = [each.id for each in passkeys_of(person)]

    def remove(passkey_id: UUID) -> bool:
        with committed_app.app_context():
            try:
                remove_passkey(person, passkey_id)
            except FactorNeeded:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, ids)) == [False, True]
