"""A lost factor: two people approve its removal, three days pass, the person can stop it, then they begin anew."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import DecidedBefore, NotOpen, OwnRequest
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.services import decide_approval
from portal.domain.identity.approvals.values import ApprovalState
from portal.domain.identity.factors.queries import get_standing
from portal.domain.identity.factors.values import Standing
from portal.domain.identity.leaving.services import switch_user_off
from portal.domain.identity.links.errors import UnknownLink
from portal.domain.identity.recoveries.errors import NothingToRecover, RecoveryOver, RecoveryUnderWay
from portal.domain.identity.recoveries.queries import find_own_recovery, get_person_standing, get_recovery_by_link
from portal.domain.identity.recoveries.services import (
    ask_recovery,
    complete_recovery,
    halt_recovery,
    propose_recovery,
    stop_recovery,
    stop_recovery_by_link,
)
from portal.domain.identity.recoveries.values import WAIT, RecoveryState
from portal.domain.identity.sessions.services import sign_in
from portal.domain.identity.sessions.values import Stage
from portal.platform import clock, db
from portal.platform.errors import Forbidden, NotFound
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.api import open_app
from tests.factories.identity import PASSWORD, give_totp, make_user, totp_code
from tests.factories.passkeys import give_passkey

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def person(world: World, app: object) -> Actor:
    """An investor with an app and a passkey, who lost both."""
    somebody = make_user(world.firm_id, "lost@example.com", Role.INVESTOR)
    give_totp(somebody)
    give_passkey(somebody)
    return somebody


@pytest.fixture
def officers(world: World, app: object) -> tuple[Actor, Actor]:
    """Two who may approve."""
    first, second = (make_user(world.firm_id, f"reviewer{n}@example.com", Role.COMPLIANCE) for n in (1, 2))
    return first, second


def ask(actor: Actor) -> UUID:
    return ask_recovery(actor, resources().sealer, reason="My phone fell into the harbour.")


def propose(actor: Actor, person: Actor) -> UUID:
    assert person.user_id
    with acting_as(actor.tenancy):
        return propose_recovery(actor, person.user_id, resources().sealer, reason="They called us.")


def decide(actor: Actor, approval_id: UUID, *, approves: bool = True) -> ApprovalState:
    with acting_as(actor.tenancy):
        digest = get_approval(actor, approval_id).digest
        return decide_approval(actor, approval_id, digest=digest, approves=approves, comment="Called back.")


def complete(person: Actor, recovery_id: UUID) -> bool:
    system = Actor.system(person.firm_id)
    with acting_as(system.tenancy):
        return complete_recovery(system, recovery_id)


def state_of(person: Actor) -> RecoveryState:
    found = find_own_recovery(person)
    assert found is not None
    return found.state


def standing_of(person: Actor) -> Standing:
    with acting_as(person.tenancy):
        return get_standing(person.user_id)


def approved(person: Actor, officers: tuple[Actor, Actor]) -> UUID:
    recovery_id = ask(person)
    for officer in officers:
        decide(officer, recovery_id)
    return recovery_id


def test_two_approve_three_days_pass_and_the_person_begins_anew(
    person: Actor, officers: tuple[Actor, Actor], world: World
) -> None:
    session_id = open_app(person)
    recovery_id = ask(person)
    assert decide(officers[0], recovery_id) is ApprovalState.OPEN
    assert state_of(person) is RecoveryState.ASKED
    assert decide(officers[1], recovery_id) is ApprovalState.EXECUTED
    assert state_of(person) is RecoveryState.WAITING
    with time_machine.travel(clock.now() + WAIT - timedelta(minutes=1)):
        assert not complete(person, recovery_id)
    assert standing_of(person).factors == 2

    with time_machine.travel(clock.now() + WAIT):
        assert complete(person, recovery_id)
        assert not complete(person, recovery_id)

    assert state_of(person) is RecoveryState.DONE
    standing = standing_of(person)
    assert (standing.factors, standing.codes_left, standing.required) == (0, 0, True)
    with acting_as(Actor.system(person.firm_id).tenancy):
        revoked = db.fetch_value("SELECT revoked_at FROM identity.sessions WHERE id = %(id)s", id=session_id)
    assert revoked is not None
    entry = sign_in("lost@example.com", PASSWORD, firm_id=world.firm_id, agent="test", address="127.0.0.1")
    assert entry.stage is Stage.ENROL


def test_the_same_person_counts_once(person: Actor, officers: tuple[Actor, Actor]) -> None:
    recovery_id = ask(person)
    decide(officers[0], recovery_id)
    with pytest.raises(DecidedBefore):
        decide(officers[0], recovery_id)
    assert state_of(person) is RecoveryState.ASKED


def test_neither_who_asks_nor_whom_it_is_about_decides(officers: tuple[Actor, Actor], world: World) -> None:
    about, other = officers
    give_totp(about)
    recovery_id = propose(world.administrator, about)
    with pytest.raises(OwnRequest):
        decide(world.administrator, recovery_id)
    with pytest.raises(Forbidden):
        decide(about, recovery_id)
    with pytest.raises(NotFound):
        decide(world.manager, recovery_id)
    assert decide(other, recovery_id) is ApprovalState.OPEN
    assert state_of(about) is RecoveryState.ASKED


def test_who_asks_for_themselves_does_not_decide_either(officers: tuple[Actor, Actor]) -> None:
    give_totp(officers[0])
    recovery_id = ask(officers[0])
    with pytest.raises(OwnRequest):
        decide(officers[0], recovery_id)


def test_a_rejection_changes_nothing_and_one_may_ask_again(person: Actor, officers: tuple[Actor, Actor]) -> None:
    recovery_id = ask(person)
    decide(officers[0], recovery_id)
    decide(officers[1], recovery_id, approves=False)
    assert state_of(person) is RecoveryState.REJECTED
    with pytest.raises(RecoveryOver):
        stop_recovery(person, recovery_id)
    ask(person)
    assert state_of(person) is RecoveryState.ASKED


def test_one_removal_at_a_time(person: Actor, officers: tuple[Actor, Actor], world: World) -> None:
    approved(person, officers)
    with pytest.raises(RecoveryUnderWay):
        ask(person)
    with pytest.raises(RecoveryUnderWay):
        propose(world.administrator, person)
    with pytest.raises(NothingToRecover):
        ask(world.another_investor)


def test_the_link_of_the_mail_stops_it_before_the_approval(person: Actor, officers: tuple[Actor, Actor]) -> None:
    recovery_id = ask(person)
    decide(officers[0], recovery_id)
    token = resources().sealer.link_token(recovery_id)
    assert get_recovery_by_link(token).id == recovery_id

    stop_recovery_by_link(token)

    assert state_of(person) is RecoveryState.STOPPED
    with pytest.raises(NotOpen):
        decide(officers[1], recovery_id)
    with pytest.raises(RecoveryOver):
        stop_recovery_by_link(token)
    for wrong in ("", "x", token[:-1]):
        with pytest.raises(UnknownLink):
            stop_recovery_by_link(wrong)


def test_what_was_stopped_while_it_waited_is_not_done(person: Actor, officers: tuple[Actor, Actor]) -> None:
    recovery_id = approved(person, officers)
    stop_recovery(person, recovery_id)
    with time_machine.travel(clock.now() + WAIT * 2):
        assert not complete(person, recovery_id)
    assert standing_of(person).factors == 2
    with acting_as(person.tenancy):
        assert totp_code()


def test_who_may_stop_it_and_who_may_see_it(person: Actor, officers: tuple[Actor, Actor], world: World) -> None:
    recovery_id = approved(person, officers)
    for stranger in (world.investor, world.manager, world.foreign_investor, world.foreign_manager):
        with pytest.raises(NotFound):
            stop_recovery(stranger, recovery_id)
    assert person.user_id
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        get_person_standing(world.manager, person.user_id)
    for actor in (world.investor, world.foreign_investor):
        with acting_as(actor.tenancy):
            assert db.fetch_value("SELECT count(*) FROM identity.recoveries") == 0
    with acting_as(world.administrator.tenancy):
        standing, recovery = get_person_standing(world.administrator, person.user_id)
        assert (standing.factors, recovery and recovery.state) == (2, RecoveryState.WAITING)
    stop_recovery(world.administrator, recovery_id)
    assert state_of(person) is RecoveryState.STOPPED


def test_staff_of_another_firm_begin_nothing(person: Actor, world: World) -> None:
    foreign = make_user(world.other_firm_id, "foreign.administrator@example.com", Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        propose(foreign, person)
    with pytest.raises(Forbidden):
        propose(world.manager, person)


def test_people_do_not_end_a_removal_past_the_services(person: Actor, officers: tuple[Actor, Actor]) -> None:
    approved(person, officers)
    with acting_as(person.tenancy), pytest.raises(DBAPIError, match="permission denied"):
        _hurry()


@db.transactional
def _hurry() -> None:
    db.execute("UPDATE identity.recoveries SET due_at = now()")


def test_the_wait_is_work_that_no_restart_forgets(person: Actor, officers: tuple[Actor, Actor]) -> None:
    recovery_id = approved(person, officers)
    with acting_as(Actor.system(person.firm_id).tenancy):
        rows = db.fetch_all(
            "SELECT job, due_at, arguments FROM platform.outbox WHERE arguments->>'recovery_id' = %(id)s"
            " AND due_at > %(now)s ORDER BY due_at",
            id=str(recovery_id),
            now=clock.now(),
        )
    due = find_own_recovery(person)
    assert due is not None
    assert due.due_at is not None
    assert [(row.job, row.due_at) for row in rows] == [
        ("accounts.announce_recovery", due.due_at - timedelta(hours=24)),
        ("accounts.complete_recovery", due.due_at),
    ]


def test_one_that_is_approved_while_the_person_stops_it_is_stopped(
    person: Actor, officers: tuple[Actor, Actor]
) -> None:
    recovery_id = ask(person)
    decide(officers[0], recovery_id)
    read_before = find_own_recovery(person)
    assert read_before is not None
    decide(officers[1], recovery_id)
    assert state_of(person) is RecoveryState.WAITING

    with acting_as(Actor.system(person.firm_id).tenancy):
        halt_recovery(person, read_before)

    assert state_of(person) is RecoveryState.STOPPED
    with time_machine.travel(clock.now() + WAIT + timedelta(minutes=1)):
        assert not complete(person, recovery_id)


def test_stopping_an_earlier_one_leaves_the_present_alone(person: Actor, officers: tuple[Actor, Actor]) -> None:
    earlier = ask(person)
    decide(officers[0], earlier, approves=False)
    ask(person)
    with acting_as(person.tenancy), pytest.raises(RecoveryOver):
        stop_recovery(person, earlier)
    assert state_of(person) is RecoveryState.ASKED


def test_who_was_switched_off_since_approves_nothing(
    person: Actor, officers: tuple[Actor, Actor], world: World
) -> None:
    recovery_id = ask(person)
    decide(officers[0], recovery_id)
    assert officers[0].user_id
    with acting_as(world.administrator.tenancy):
        switch_user_off(world.administrator, officers[0].user_id)
    assert decide(officers[1], recovery_id) is ApprovalState.OPEN
    assert decide(world.administrator, recovery_id) is ApprovalState.EXECUTED
