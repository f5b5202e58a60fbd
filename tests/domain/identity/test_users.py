"""People added to a firm."""

from __future__ import annotations

from threading import Barrier, Thread

from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.errors import EmailTaken
from portal.domain.identity.accounts.services import create_user
from portal.platform.tenancy import acting_as
from tests.conftest import World


def test_of_several_who_add_the_same_address_at_once_one_does(committed_app: Flask, world: World) -> None:
    gate, answers = Barrier(4), []

    def add() -> None:
        actor = Actor.system(world.firm_id)
        with committed_app.app_context(), acting_as(actor.tenancy):
            gate.wait()
            try:
                create_user(actor, email="once@example.com", name="Once", password=None, roles=[Role.INVESTOR])
                answers.append("added")
            except EmailTaken as error:
                answers.append(error.code)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["added", "email_taken", "email_taken", "email_taken"]
