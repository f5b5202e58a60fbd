"""Passkeys: made, used once per question, counted, refused where anything is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from portal.domain.identity.access.values import Actor
from portal.domain.identity.factors.errors import FactorNeeded, FactorThere, TooManyTries
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.services import remove_factor
from portal.domain.identity.passkeys.errors import CeremonyOver, PasskeyKnown, PasskeyRefused, UnknownPasskey
from portal.domain.identity.passkeys.queries import (
    get_enrolment_offer,
    get_proof_offer,
    get_relying_party,
    get_sign_in_offer,
    list_passkeys,
)
from portal.domain.identity.passkeys.services import (
    confirm_passkey,
    prove_factor,
    prove_passkey_holder,
    remove_passkey,
)
from portal.domain.identity.passkeys.values import Offer, Passkey, PasskeyAnswer
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.ids import new_id
from portal.platform.passkeys import RelyingParty
from portal.platform.resources import resources
from portal.platform.tenancy import GATE, acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, give_totp
from tests.factories.passkeys import PARTY, Authenticator, give_passkey

pytestmark = pytest.mark.usefixtures("app")


def question() -> Offer:
    return get_sign_in_offer(resources().vault, PARTY)


def enter(answer: PasskeyAnswer, firm_id: UUID | None = None) -> tuple[UUID, UUID]:
    return prove_passkey_holder(resources().vault, answer, firm_id=firm_id)


def proof_question(actor: Actor) -> Offer:
    with acting_as(actor.tenancy):
        return get_proof_offer(actor, resources().vault, PARTY)


def enrolment(actor: Actor, *, replaces: bool = True) -> Offer:
    with acting_as(actor.tenancy):
        return get_enrolment_offer(
            actor, resources().vault, PARTY, email="ada@example.com", firm="Harbour", replaces=replaces
        )


def passkeys_of(actor: Actor) -> list[Passkey]:
    with acting_as(actor.tenancy):
        return list(list_passkeys(actor))


def acts_of(actor: Actor) -> list[tuple[str, str]]:
    with acting_as(Actor.system(actor.firm_id).tenancy):
        rows = db.fetch_all(
            "SELECT act, result FROM identity.audit_events WHERE resource = %(it)s ORDER BY id",
            it=f"user:{actor.user_id}",
        )
    return [(row.act, row.result) for row in rows]


def test_a_passkey_says_who_it_is(investor: Actor) -> None:
    phone = give_passkey(investor)

    assert enter(phone.answer(question())) == (investor.user_id, investor.firm_id)
    assert enter(phone.answer(question()), investor.firm_id) == (investor.user_id, investor.firm_id)
    assert passkeys_of(investor)[0].used_at is not None


def test_an_answer_counts_once(investor: Actor) -> None:
    phone = give_passkey(investor)
    answer = phone.answer(question())
    enter(answer)

    with pytest.raises(CeremonyOver):
        enter(answer)


def test_an_answer_is_good_for_five_minutes(investor: Actor) -> None:
    phone, offer = give_passkey(investor), question()
    with (
        time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1), tick=True),
        pytest.raises(CeremonyOver),
    ):
        enter(phone.answer(offer))


def test_an_answer_serves_one_purpose_and_session(investor: Actor) -> None:
    here, there = replace(investor, session_id=new_id()), replace(investor, session_id=new_id())
    phone, vault = give_passkey(investor), resources().vault

    with pytest.raises(CeremonyOver):
        prove_factor(here, vault, phone.answer(question()))
    with pytest.raises(CeremonyOver):
        enter(phone.answer(proof_question(here)))
    with pytest.raises(CeremonyOver):
        prove_factor(there, vault, phone.answer(proof_question(here)))
    with pytest.raises(CeremonyOver):
        confirm_passkey(there, vault, Authenticator().answer(enrolment(here)), name="")
    prove_factor(here, vault, phone.answer(proof_question(here)))


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.example"},
        {"verifies": False},
        {"user_handle": b"somebody else!!!"},
        {"user_handle": b""},
        {"credential_id": b"not known here"},
        {"key": Authenticator().key},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_answer_that_is_off_opens_nothing(investor: Actor, changed: dict[str, object]) -> None:
    phone = give_passkey(investor)
    with pytest.raises(UnknownPasskey):
        enter(replace(phone, **changed).answer(question()))  # type: ignore[arg-type]
    assert enter(replace(phone, count=9).answer(question()))


def test_what_is_no_answer_opens_nothing(investor: Actor) -> None:
    give_passkey(investor)
    for text in ("", "x", "[]", "{}", '{"id": 1}', '{"id":"YQ","rawId":"YQ","type":"public-key","response":{}}'):
        with pytest.raises(UnknownPasskey):
            enter(PasskeyAnswer(PARTY, question().ceremony, text))
    with pytest.raises(CeremonyOver):
        enter(PasskeyAnswer(PARTY, "made up", "{}"))


def test_a_passkey_is_for_one_host(investor: Actor) -> None:
    phone = give_passkey(investor)
    elsewhere = RelyingParty("portal.example", "http://localhost")
    offer = get_sign_in_offer(resources().vault, elsewhere)
    with pytest.raises(UnknownPasskey):
        enter(phone.answer(offer))


def test_another_firms_passkey_opens_nothing_here(world: World) -> None:
    phone = give_passkey(world.foreign_investor)
    with pytest.raises(UnknownPasskey):
        enter(phone.answer(question()), world.firm_id)
    assert enter(phone.answer(question()), world.other_firm_id)[1] == world.other_firm_id


def test_another_persons_passkey_proves_nothing(investor: Actor, another_investor: Actor) -> None:
    give_passkey(investor)
    other = give_passkey(another_investor)
    with pytest.raises(PasskeyRefused):
        prove_factor(investor, resources().vault, other.answer(proof_question(investor)))


def test_who_left_does_not_come_in(investor: Actor) -> None:
    phone = give_passkey(investor)
    with acting_as(Actor.system(investor.firm_id).tenancy):
        _leave(investor)
    with pytest.raises(UnknownPasskey):
        enter(phone.answer(question()))


@db.transactional
def _leave(actor: Actor) -> None:
    db.execute("UPDATE identity.users SET active = false WHERE id = %(id)s", id=actor.user_id)


def test_a_copy_is_refused_and_recorded(investor: Actor) -> None:
    phone = give_passkey(investor)
    copy = replace(phone)
    for _ in range(2):
        enter(phone.answer(question()))

    with pytest.raises(UnknownPasskey):
        enter(copy.answer(question()))
    assert ("passkey.copy", "refused") in acts_of(investor)
    assert enter(phone.answer(question()))


def test_without_a_counter_each_question_is_new_all_the_same(investor: Actor) -> None:
    phone = give_passkey(investor, counts=False)
    for _ in range(3):
        enter(phone.answer(question()))
    assert ("passkey.copy", "refused") not in acts_of(investor)


def test_the_sixth_refused_passkey_waits(investor: Actor) -> None:
    phone = give_passkey(investor)
    wrong = replace(phone, key=Authenticator().key)
    for _ in range(5):
        with pytest.raises(PasskeyRefused):
            prove_factor(investor, resources().vault, wrong.answer(proof_question(investor)))
    with pytest.raises(TooManyTries):
        prove_factor(investor, resources().vault, phone.answer(proof_question(investor)))


def test_recovery_codes_come_with_the_first_factor_and_go_with_the_last(investor: Actor) -> None:
    vault = resources().vault
    assert len(confirm_passkey(investor, vault, Authenticator().answer(enrolment(investor)), name=" My  phone ")) == 10
    assert list(confirm_passkey(investor, vault, Authenticator().answer(enrolment(investor)), name="")) == []
    assert [each.name for each in passkeys_of(investor)] == ["My phone", "Passkey"]
    first, second = (each.id for each in passkeys_of(investor))
    remove_passkey(investor, first)
    with acting_as(investor.tenancy):
        assert get_standing(investor.user_id).codes_left == 10
    remove_passkey(investor, second)
    with acting_as(investor.tenancy):
        assert (get_standing(investor.user_id).codes_left, get_standing(investor.user_id).enrolled) == (0, False)


def test_a_password_alone_adds_no_passkey_to_a_factor(investor: Actor) -> None:
    offer = enrolment(investor, replaces=False)
    give_totp(investor)
    with pytest.raises(FactorThere):
        confirm_passkey(investor, resources().vault, Authenticator().answer(offer), name="")
    assert passkeys_of(investor) == []


def test_an_authenticator_that_does_not_ask_its_person_is_not_set_up(investor: Actor) -> None:
    for bad in (Authenticator(verifies=False), Authenticator(origin="https://evil.example")):
        with pytest.raises(PasskeyRefused):
            confirm_passkey(investor, resources().vault, bad.answer(enrolment(investor)), name="")


def test_a_passkey_is_set_up_once(investor: Actor, another_investor: Actor) -> None:
    phone = give_passkey(investor)
    with pytest.raises(PasskeyKnown):
        confirm_passkey(another_investor, resources().vault, phone.answer(enrolment(another_investor)), name="")


def test_staff_keep_one_factor_whichever(manager: Actor, investor: Actor) -> None:
    give_passkey(manager)
    (only,) = passkeys_of(manager)
    with pytest.raises(FactorNeeded):
        remove_passkey(manager, only.id)
    give_totp(manager)
    with pytest.raises(NotFound):
        remove_passkey(investor, only.id)
    remove_passkey(manager, only.id)
    with pytest.raises(FactorNeeded):
        remove_factor(manager)


def test_the_host_of_a_firm_is_its_own_party() -> None:
    firm_id = found_firm("quay", "Quay Partners")
    with acting_as(Actor.system(firm_id).tenancy):
        _move(firm_id, "portal.quay.example")

    assert get_relying_party("portal.quay.example", "https://main.example:8443") == RelyingParty(
        "portal.quay.example", "https://portal.quay.example:8443"
    )
    for host in ("main.example", "evil.example"):
        assert get_relying_party(host, "https://main.example") == RelyingParty("main.example", "https://main.example")


@db.transactional
def _move(firm_id: UUID, host: str) -> None:
    db.execute("UPDATE identity.firms SET host = %(host)s WHERE id = %(id)s", host=host, id=firm_id)


def test_passkeys_are_closed_to_everybody_else(investor: Actor, world: World) -> None:
    give_passkey(investor)
    for other in (world.another_investor, world.manager, world.foreign_manager):
        with acting_as(other.tenancy):
            assert db.fetch_value("SELECT count(*) FROM identity.passkeys") == 0
    with acting_as(GATE):
        assert db.fetch_value("SELECT count(*) FROM identity.passkeys WHERE user_id = %(u)s", u=investor.user_id) == 1
