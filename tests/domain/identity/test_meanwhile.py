"""What is under way while a person sets a new password, or has every session ended, does not come after it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.errors import WrongPassword
from portal.domain.identity.accounts.services import set_password
from portal.domain.identity.contact.services.changing import request_email_change
from portal.domain.identity.devices.queries import list_devices
from portal.domain.identity.devices.services import end_devices
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import confirm_enrolment, remove_factor, renew_recovery_codes
from portal.domain.identity.factors.values import Enrolment
from portal.domain.identity.passkeys.queries import get_enrolment_offer
from portal.domain.identity.passkeys.services import confirm_passkey, prove_factor
from portal.domain.identity.passwords import services as passwords
from portal.domain.identity.sessions import services as sessions
from portal.domain.identity.sessions.errors import WrongCredentials
from portal.domain.identity.sessions.values import ABSOLUTE, Browser, Proof
from portal.domain.identity.tokens.services import sign_in_app
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.errors import Unauthenticated
from portal.platform.ids import new_id, new_secret
from portal.platform.passwords import verify_password
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import open_app
from tests.factories.identity import PASSWORD, give_totp, make_user, totp_code
from tests.factories.passkeys import PARTY, Authenticator

NEW_PASSWORD = "seven otters juggle quietly"
EMAIL = "ada.lane@example.com"


def system(actor: Actor) -> Actor:
    return Actor.system(actor.firm_id)


@transactional
def _reset(actor: Actor) -> None:
    assert actor.user_id
    set_password(system(actor), actor.user_id, password=NEW_PASSWORD)
    end_devices(system(actor), actor.user_id)


def reset(actor: Actor) -> None:
    """A new password and the end of every session, as by a link from a mail."""
    with acting_as(system(actor).tenancy):
        _reset(actor)


def devices_of(actor: Actor) -> int:
    with acting_as(actor.tenancy):
        return len(list_devices(actor))


def enters(password: str) -> bool:
    try:
        sessions.sign_in(EMAIL, password, firm_id=None, agent="test", address="192.0.2.7")
    except WrongCredentials:
        return False
    return True


@pytest.fixture
def meanwhile(app: Flask, investor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is reset right after the old one was found right, once."""
    left = [investor]

    def verify_then_reset(stored: str | None, password: str) -> bool:
        right = verify_password(stored, password)
        if right and left:
            reset(left.pop())
        return right

    monkeypatch.setattr(sessions, "verify_password", verify_then_reset)
    monkeypatch.setattr(passwords, "verify_password", verify_then_reset)


@pytest.mark.usefixtures("meanwhile")
def test_a_sign_in_by_the_old_password_opens_nothing(investor: Actor) -> None:
    assert not enters(PASSWORD)
    assert devices_of(investor) == 0


@pytest.mark.usefixtures("meanwhile")
def test_an_app_that_signs_in_by_it_gets_nothing(investor: Actor) -> None:
    with pytest.raises(WrongCredentials):
        sign_in_app(resources().signer, EMAIL, PASSWORD, firm_id=None, agent="test", address="192.0.2.7")
    assert devices_of(investor) == 0


@pytest.mark.usefixtures("meanwhile")
def test_stronger_parameters_do_not_bring_the_old_password_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "needs_rehash", lambda _stored: True)
    assert not enters(PASSWORD)
    assert not enters(PASSWORD)
    assert enters(NEW_PASSWORD)


@pytest.mark.usefixtures("meanwhile")
def test_a_change_of_the_old_password_changes_nothing(investor: Actor) -> None:
    with acting_as(investor.tenancy), pytest.raises(WrongPassword):
        passwords.change_password(investor, current=PASSWORD, new="three newts compose a waltz")
    assert enters(NEW_PASSWORD)


@pytest.fixture
def signed_out(app: Flask, investor: Actor) -> Actor:
    """Somebody whose session ended after their request was let in."""
    actor = replace(investor, session_id=open_app(investor))
    reset(investor)
    return actor


def test_a_session_that_ended_sets_no_factor_up(signed_out: Actor) -> None:
    assert signed_out.user_id
    enrolment = Enrolment.new(replaces=False)
    sealed = enrolment.seal(resources().vault, signed_out.user_id)
    with pytest.raises(Unauthenticated):
        confirm_enrolment(signed_out, resources().vault, sealed=sealed, code=totp_code(secret=enrolment.secret))
    vault = resources().vault
    with acting_as(signed_out.tenancy):
        offer = get_enrolment_offer(signed_out, vault, PARTY, email=EMAIL, firm="Harbour Capital", replaces=False)
    with pytest.raises(Unauthenticated):
        confirm_passkey(signed_out, resources().vault, Authenticator().answer(offer), name="Theirs")
    with acting_as(signed_out.tenancy):
        assert not get_standing(signed_out.user_id).enrolled


def test_nor_does_it_take_one_away_or_change_an_address(signed_out: Actor) -> None:
    give_totp(signed_out)
    acts: list[Callable[[], object]] = [
        lambda: remove_factor(signed_out),
        lambda: renew_recovery_codes(signed_out),
        lambda: request_email_change(signed_out, resources().sealer, email="thief@example.com"),
    ]
    for act in acts:
        with pytest.raises(Unauthenticated):
            act()
    with acting_as(signed_out.tenancy):
        assert get_standing(signed_out.user_id).has_app


def test_an_enrolment_sent_twice_does_not_make_used_codes_good_again(app: Flask, investor: Actor) -> None:
    """The first code of an app, and then the next; the first form once more would take the app back to before that."""
    assert investor.user_id
    enrolment = Enrolment.new(replaces=True)
    sealed = enrolment.seal(resources().vault, investor.user_id)
    earlier, now = totp_code(-1, enrolment.secret), totp_code(0, enrolment.secret)
    confirm_enrolment(investor, resources().vault, sealed=sealed, code=earlier)
    prove_factor(investor, resources().vault, now)

    with pytest.raises(Exception, match="open for too long"):
        confirm_enrolment(investor, resources().vault, sealed=sealed, code=earlier)

    with pytest.raises(Exception, match="used already"):
        prove_factor(investor, resources().vault, now)


def test_a_session_being_renewed_while_all_are_ended_ends_too(committed_app: Flask, world: World) -> None:
    """The step-up of whoever has a stolen session, in the moment in which its owner signs out everywhere."""
    person, thief = _with_a_stolen_session(committed_app, world)
    renewed, commit = threading.Event(), threading.Event()

    @transactional
    def renew_slowly() -> None:
        sessions.renew_session(
            thief, token=new_secret(), browser=Browser("test", "192.0.2.7"), proven_by=Proof.PASSWORD
        )
        renewed.set()
        assert commit.wait(60)

    def renew() -> None:
        with committed_app.app_context(), acting_as(system(person).tenancy):
            renew_slowly()

    def end() -> None:
        with committed_app.app_context(), acting_as(system(person).tenancy):
            assert person.user_id
            end_devices(system(person), person.user_id)

    first, second = threading.Thread(target=renew), threading.Thread(target=end)
    first.start()
    assert renewed.wait(60)
    second.start()
    with committed_app.app_context():
        until = time.monotonic() + 60
        while second.is_alive() and not _somebody_waits() and time.monotonic() < until:
            time.sleep(0.02)
        commit.set()
        first.join(60)
        second.join(60)
        assert devices_of(person) == 0


def _with_a_stolen_session(app: Flask, world: World) -> tuple[Actor, Actor]:
    """Somebody, and the same in a session of theirs."""
    with app.app_context():
        person = make_user(world.firm_id, f"n{new_id().int}@example.com", Role.INVESTOR)
        assert person.user_id
        with acting_as(system(person).tenancy):
            session_id = sessions.open_session(
                person.firm_id,
                person.user_id,
                kind="web",
                token=new_secret(),
                agent="test",
                address="192.0.2.7",
                length=ABSOLUTE,
            )
        return person, replace(person, session_id=session_id)


def _somebody_waits() -> bool:
    with acting_as(Actor.system(new_id()).tenancy):
        return bool(db.fetch_value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
