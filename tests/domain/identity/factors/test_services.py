"""Codes count once, tries are limited, and what is kept is of no use to whoever steals it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.factors.errors import EnrolmentOver, FactorNeeded, FactorThere, TooManyTries, WrongCode
from portal.domain.identity.factors.queries import find_totp_secret, get_standing
from portal.domain.identity.factors.services import (
    confirm_enrolment,
    prove_code,
    remove_factor,
    renew_recovery_codes,
    take_code,
)
from portal.domain.identity.factors.values import Enrolment, Standing
from portal.platform import clock, db
from portal.platform.crypto import Unopenable
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import TOTP_SECRET, give_totp, make_user, totp_code


def standing_of(actor: Actor) -> Standing:
    with acting_as(actor.tenancy):
        return get_standing(actor.user_id)


def prove(actor: Actor, code: str) -> bool:
    try:
        prove_code(actor, resources().vault, code)
    except WrongCode:
        return False
    return True


@pytest.fixture
def committed_person(committed_app: Flask, world: World) -> Iterator[Actor]:
    """Somebody with an app, known to every connection."""
    with committed_app.app_context():
        person = make_user(world.firm_id, f"n{new_id().int}@example.com", Role.INVESTOR)
        give_totp(person)
        yield person


def taken_at_once(app: Flask, actor: Actor, code: str, times: int) -> int:
    """How often the same code is taken when many connections bring it."""

    def once(_number: int) -> bool:
        with app.app_context(), acting_as(Actor.system(actor.firm_id).tenancy):
            return take_code(actor, resources().vault, code)

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(once, range(times)))


def test_of_a_thousand_replays_one_counts(committed_app: Flask, committed_person: Actor) -> None:
    code = totp_code()

    assert taken_at_once(committed_app, committed_person, code, 1000) == 1
    assert taken_at_once(committed_app, committed_person, code, 1000) == 0


def test_a_recovery_code_counts_once_also_at_once(committed_app: Flask, committed_person: Actor) -> None:
    code, *_ = give_totp(committed_person)

    assert taken_at_once(committed_app, committed_person, code, 50) == 1
    assert standing_of(committed_person).codes_left == 9


def test_of_many_tries_at_once_five_are_made(committed_app: Flask, committed_person: Actor) -> None:
    def once(_number: int) -> str:
        with committed_app.app_context():
            try:
                return str(prove(committed_person, "000000"))
            except TooManyTries:
                return "limited"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(once, range(40)))

    assert (answers.count("False"), answers.count("limited")) == (5, 35)


def test_an_earlier_step_no_longer_counts(app: Flask, investor: Actor) -> None:
    give_totp(investor)
    with time_machine.travel(clock.now(), tick=False):
        assert prove(investor, totp_code())
        assert not prove(investor, totp_code(-1))
        assert not prove(investor, totp_code())
    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        assert prove(investor, totp_code())


def test_the_sixth_try_waits_and_right_ones_are_not_counted(app: Flask, investor: Actor) -> None:
    codes = give_totp(investor)
    for code in codes[:6]:
        assert prove(investor, code)
    for _ in range(5):
        assert not prove(investor, "000000")
    with pytest.raises(TooManyTries, match="Try again in 5 minutes") as refused:
        prove(investor, codes[6])
    assert 290 <= refused.value.retry_after <= 300
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=True):
        assert prove(investor, codes[6])


def test_one_persons_code_is_not_anothers(app: Flask, investor: Actor, another_investor: Actor, world: World) -> None:
    mine = give_totp(investor)
    for person in (another_investor, world.foreign_investor):
        give_totp(person)
        assert not prove(person, mine[0])
    assert prove(investor, mine[0])


def test_a_secret_moved_to_another_person_does_not_open(app: Flask, investor: Actor, another_investor: Actor) -> None:
    give_totp(investor)
    give_totp(another_investor)
    with acting_as(Actor.system(investor.firm_id).tenancy):
        _swap(investor, another_investor)
        with pytest.raises(Unopenable):
            take_code(another_investor, resources().vault, totp_code())


@db.transactional
def _swap(giver: Actor, taker: Actor) -> None:
    stored = find_totp_secret(giver.user_id)
    assert stored is not None
    assert TOTP_SECRET.encode() not in stored.secret
    db.execute(
        "UPDATE identity.totp_factors SET secret = %(secret)s WHERE user_id = %(user)s",
        secret=stored.secret,
        user=taker.user_id,
    )


def test_nobody_reads_anothers_factor(app: Flask, investor: Actor, another_investor: Actor, manager: Actor) -> None:
    give_totp(investor)
    for person in (another_investor, manager):
        with acting_as(person.tenancy):
            assert find_totp_secret(investor.user_id) is None


def test_an_enrolment_is_one_persons_and_lasts_twenty_minutes(
    app: Flask, investor: Actor, another_investor: Actor
) -> None:
    vault, enrolment = resources().vault, Enrolment.new(replaces=False)
    assert investor.user_id
    sealed = enrolment.seal(vault, investor.user_id)
    code = totp_code(secret=enrolment.secret)
    for person, given in ((another_investor, sealed), (investor, "nonsense"), (investor, sealed[:-8])):
        with pytest.raises(EnrolmentOver):
            confirm_enrolment(person, vault, sealed=given, code=code)
    with pytest.raises(WrongCode):
        confirm_enrolment(investor, vault, sealed=sealed, code=totp_code(5, enrolment.secret))
    with time_machine.travel(clock.now() + timedelta(minutes=21)), pytest.raises(EnrolmentOver):
        confirm_enrolment(investor, vault, sealed=sealed, code=totp_code(secret=enrolment.secret))

    codes = confirm_enrolment(investor, vault, sealed=sealed, code=code)

    assert len(set(codes)) == 10
    assert not prove(investor, code)


def test_an_enrolment_is_worth_what_it_began_with(app: Flask, investor: Actor) -> None:
    vault = resources().vault
    assert investor.user_id
    by_password, by_factor = Enrolment.new(replaces=False), Enrolment.new(replaces=True)
    give_totp(investor)

    sealed = by_password.seal(vault, investor.user_id)
    with pytest.raises(FactorThere):
        confirm_enrolment(investor, vault, sealed=sealed, code=totp_code(secret=by_password.secret))
    assert prove(investor, totp_code())
    sealed = by_factor.seal(vault, investor.user_id)
    confirm_enrolment(investor, vault, sealed=sealed, code=totp_code(secret=by_factor.secret))
    assert not prove(investor, totp_code(1))


def test_new_recovery_codes_end_the_old_ones(app: Flask, investor: Actor) -> None:
    with pytest.raises(NotFound):
        renew_recovery_codes(investor)
    old, new = give_totp(investor), renew_recovery_codes(investor)

    assert not prove(investor, old[0])
    assert prove(investor, new[0])


def test_staff_keep_their_factor_and_investors_may_drop_it(app: Flask, investor: Actor, manager: Actor) -> None:
    give_totp(investor)
    give_totp(manager)
    remove_factor(investor)
    assert not standing_of(investor).enrolled
    with pytest.raises(FactorNeeded):
        remove_factor(manager)
    with pytest.raises(NotFound):
        remove_factor(investor)
