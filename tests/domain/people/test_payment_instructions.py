"""New bank details need two people of the firm and 48 hours, and a compliance officer where contact changed lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.errors import OwnRequest
from portal.domain.identity.approvals.queries import find_open_approval
from portal.domain.identity.approvals.services import amend_approval, withdraw_approval
from portal.domain.identity.approvals.values import PAYMENT_CHANGE, ApprovalState
from portal.domain.people.investor_accounts.queries import get_account
from portal.domain.people.payment_instructions.errors import (
    ComplianceNeeded,
    DetailsChanged,
    HoldNotOver,
    InstructionClosed,
    InstructionPending,
)
from portal.domain.people.payment_instructions.queries import list_payment_instructions
from portal.domain.people.payment_instructions.services import (
    bring_into_force,
    enter_payment_instruction,
    withdraw_payment_instruction,
)
from portal.domain.people.payment_instructions.values import BankDetails, InstructionState, Method
from portal.platform import db
from portal.platform.db import transactional
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.delegations import let_in
from tests.factories.identity import make_user
from tests.factories.payment_instructions import NUMBER, OTHER, decide, enter, request_of, states

S = InstructionState
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def compliance(app: Flask, world: World) -> Actor:
    return make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)


def end_hold(firm_id: UUID, instruction_id: UUID) -> bool:
    system = Actor.system(firm_id)
    with acting_as(system.tenancy):
        return bring_into_force(system, instruction_id)


def test_an_investor_s_details_need_two_of_the_firm_and_the_end_of_the_hold(
    world: World, account_id: UUID, second_manager: Actor, clock: time_machine.Traveller
) -> None:
    instruction_id = enter(world.investor, account_id)
    assert decide(world.manager, instruction_id) is ApprovalState.OPEN
    assert states(world.investor, account_id) == [S.WAITING]
    assert decide(second_manager, instruction_id) is ApprovalState.EXECUTED
    assert states(world.investor, account_id) == [S.APPROVED]
    clock.shift(timedelta(hours=47, minutes=59))
    with pytest.raises(HoldNotOver):
        end_hold(world.firm_id, instruction_id)
    clock.shift(timedelta(minutes=1))
    assert end_hold(world.firm_id, instruction_id)
    assert not end_hold(world.firm_id, instruction_id), "once"
    assert states(world.investor, account_id) == [S.IN_FORCE]
    with acting_as(world.investor.tenancy):
        (found,) = list_payment_instructions(world.investor, account_id)
    assert [event.state for event in found.events] == [S.WAITING, S.APPROVED, S.IN_FORCE]
    assert found.number == "•••• 6639"


def test_staff_who_enter_need_another_and_cannot_be_it(
    world: World, account_id: UUID, clock: time_machine.Traveller
) -> None:
    instruction_id = enter(world.manager, account_id)
    with pytest.raises(OwnRequest):
        decide(world.manager, instruction_id)
    with pytest.raises(NotFound):
        decide(world.associate, instruction_id)
    with pytest.raises(NotFound):
        decide(world.administrator, instruction_id)
    second = make_user(world.firm_id, "another.manager@example.com", Role.MANAGER)
    assert decide(second, instruction_id) is ApprovalState.EXECUTED


def test_one_is_in_force_and_the_one_before_is_kept(
    world: World, account_id: UUID, clock: time_machine.Traveller, second_manager: Actor
) -> None:
    for number in (NUMBER, OTHER):
        instruction_id = enter(world.manager, account_id, number)
        decide(second_manager, instruction_id)
        clock.shift(timedelta(hours=48))
        assert end_hold(world.firm_id, instruction_id)
    assert states(world.associate, account_id) == [S.IN_FORCE, S.REPLACED]


@transactional
def _change_contact(user_id: UUID | None, column: str) -> None:
    db.execute(f"UPDATE identity.users SET {column} = %(now)s WHERE id = %(id)s", now=NOW, id=user_id)


@pytest.fixture(params=["email_changed_at", "phone_changed_at"])
def changed(request: pytest.FixtureRequest, world: World, account_id: UUID) -> str:
    """What a person of the account changed at NOW, in words."""
    with acting_as(Actor.system(world.firm_id).tenancy):
        _change_contact(world.investor.user_id, request.param)
    return "e-mail address" if request.param.startswith("email") else "telephone number"


def test_changed_contact_asks_for_a_compliance_officer(
    world: World,
    account_id: UUID,
    second_manager: Actor,
    compliance: Actor,
    changed: str,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(timedelta(days=13, hours=23, minutes=59))
    instruction_id = enter(world.manager, account_id)
    request = request_of(world.manager, instruction_id)
    assert (request.needed, request.content["escalated_for"]) == (2, [changed])
    third = make_user(world.firm_id, "third.manager@example.com", Role.MANAGER)
    decide(second_manager, instruction_id)
    with pytest.raises(ComplianceNeeded):
        decide(third, instruction_id)
    assert states(world.manager, account_id) == [S.WAITING]
    assert decide(compliance, instruction_id) is ApprovalState.EXECUTED


def test_a_change_of_contact_long_ago_asks_for_nobody(
    world: World, account_id: UUID, changed: str, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=14))
    instruction_id = enter(world.manager, account_id)
    assert request_of(world.manager, instruction_id).needed == 1


def test_one_waits_at_a_time(world: World, account_id: UUID, clock: time_machine.Traveller) -> None:
    instruction_id = enter(world.investor, account_id)
    with pytest.raises(InstructionPending):
        enter(world.manager, account_id, OTHER)
    with acting_as(world.investor.tenancy):
        withdraw_payment_instruction(world.investor, account_id, instruction_id, reason="")
        with pytest.raises(InstructionClosed):
            withdraw_payment_instruction(world.investor, account_id, instruction_id, reason="")
    with acting_as(world.manager.tenancy):
        assert find_open_approval(world.manager, PAYMENT_CHANGE.name, f"payment_instruction:{instruction_id}") is None
    clock.shift(timedelta(minutes=1))
    enter(world.manager, account_id, OTHER)
    assert states(world.investor, account_id) == [S.WAITING, S.WITHDRAWN]


def test_approved_details_that_are_withdrawn_never_come_into_force(
    world: World, account_id: UUID, second_manager: Actor, clock: time_machine.Traveller
) -> None:
    instruction_id = enter(world.manager, account_id)
    decide(second_manager, instruction_id)
    with acting_as(world.investor.tenancy):
        withdraw_payment_instruction(world.investor, account_id, instruction_id, reason="not mine")
    clock.shift(timedelta(hours=49))
    assert not end_hold(world.firm_id, instruction_id)
    assert states(world.investor, account_id) == [S.WITHDRAWN]


def test_a_rejection_and_a_request_taken_back_close_them(
    world: World, account_id: UUID, second_manager: Actor, clock: time_machine.Traveller
) -> None:
    first = enter(world.manager, account_id)
    decide(second_manager, first, approves=False, comment="Call the investor first")
    second = enter(world.manager, account_id, OTHER)
    request = request_of(world.manager, second)
    with acting_as(world.manager.tenancy):
        withdraw_approval(world.manager, request.id)
        found = list_payment_instructions(world.manager, account_id)
    assert {each.state for each in found} == {S.WITHDRAWN, S.REJECTED}
    assert "Call the investor first" in {event.reason for each in found for event in each.events}


def test_what_is_approved_is_what_was_entered(
    world: World, account_id: UUID, second_manager: Actor, clock: time_machine.Traveller
) -> None:
    instruction_id = enter(world.manager, account_id)
    request = request_of(world.manager, instruction_id)
    thief = BankDetails(Method.ACH, "Thief", "First Bank", OTHER, "111000025")
    with acting_as(world.manager.tenancy):
        content = dict(request.content) | {"fingerprint": thief.fingerprint()}
        amend_approval(world.manager, request.id, content=content, reason="")
    with pytest.raises(DetailsChanged):
        decide(second_manager, instruction_id)
    assert states(world.manager, account_id) == [S.WAITING]


def test_nobody_changes_what_was_entered(world: World, account_id: UUID, clock: time_machine.Traveller) -> None:
    instruction_id = enter(world.manager, account_id)
    for actor in (world.investor, world.manager, Actor.system(world.firm_id)):
        with acting_as(actor.tenancy), pytest.raises(DBAPIError, match=r"permission denied|append-only"):
            _write(instruction_id)


@transactional
def _write(instruction_id: UUID) -> None:
    db.execute("UPDATE people.payment_instructions SET details = 'x' WHERE id = %(id)s", id=instruction_id)


def test_others_neither_see_nor_enter(world: World, account_id: UUID, clock: time_machine.Traveller) -> None:
    enter(world.investor, account_id)
    for actor in (world.another_investor, world.foreign_investor, world.foreign_manager):
        assert states(actor, account_id) == []
        with pytest.raises(NotFound):
            enter(actor, account_id)
    with pytest.raises(Forbidden):
        enter(world.auditor, account_id)


def test_who_is_only_shown_an_account_has_nothing_to_do_with_its_bank_details(
    world: World, account_id: UUID, clock: time_machine.Traveller
) -> None:
    let_in(world.investor, "ben.ortiz@example.com", [account_id])
    delegate = world.another_investor
    with acting_as(delegate.tenancy):
        assert get_account(delegate, account_id).name == "Lane Trust"
    instruction_id = enter(world.investor, account_id)
    assert states(delegate, account_id) == []
    with pytest.raises(NotFound):
        enter(delegate, account_id, OTHER)
    with acting_as(delegate.tenancy), pytest.raises(NotFound):
        withdraw_payment_instruction(delegate, account_id, instruction_id, reason="")


def test_wrong_details_are_refused_by_field(world: World, account_id: UUID) -> None:
    with acting_as(world.investor.tenancy), pytest.raises(Invalid) as refused:
        enter_payment_instruction(world.investor, account_id, given=BankDetails(Method.ACH, "", "", "12", "111000024"))
    assert set(refused.value.fields) == {"holder", "number", "routing"}


def test_everybody_who_acts_for_the_account_is_told_each_step(
    world: World, account_id: UUID, second_manager: Actor, clock: time_machine.Traveller
) -> None:
    decide(second_manager, enter(world.manager, account_id))
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT job, arguments, due_at FROM platform.outbox WHERE job LIKE 'payment%%'")
    told = {(row.arguments["user_id"], row.arguments["state"]) for row in rows if row.job.endswith("announce")}
    assert told == {(str(world.investor.user_id), state) for state in ("waiting", "approved")}
    assert [row.due_at for row in rows if row.job.endswith("into_force")] == [NOW + timedelta(hours=48)]
    assert NUMBER not in repr(rows)
