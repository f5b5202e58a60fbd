"""Ways round the two people and the hold of bank details, each of them closed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from portal.domain.identity.access.services import take_role
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.approvals.queries import get_approval
from portal.domain.identity.approvals.values import ApprovalState
from portal.domain.people.investor_accounts.services import add_member, remove_member
from portal.domain.people.payment_instructions.errors import ContactChangedSince, EntererGone
from portal.domain.people.payment_instructions.values import InstructionState
from portal.platform import clock, db
from portal.platform.db import transactional
from portal.platform.errors import Forbidden
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.payment_instructions import NUMBER, decide, enter, request_of, states

S = InstructionState


@transactional
def _change_contact(user_id: UUID | None, column: str) -> None:
    moment = clock.now() + timedelta(seconds=1)
    db.execute(f"UPDATE identity.users SET {column} = %(now)s WHERE id = %(id)s", now=moment, id=user_id)


@pytest.mark.parametrize("column", ["email_changed_at", "phone_changed_at"])
def test_contact_that_changes_after_they_were_entered_stops_them(
    world: World, account_id: UUID, second_manager: Actor, column: str
) -> None:
    instruction_id = enter(world.manager, account_id)
    with acting_as(Actor.system(world.firm_id).tenancy):
        _change_contact(world.investor.user_id, column)
    with pytest.raises(ContactChangedSince):
        decide(second_manager, instruction_id)
    assert states(world.manager, account_id) == [S.WAITING]
    assert decide(second_manager, instruction_id, approves=False, comment="Changed") is ApprovalState.REJECTED
    again = enter(world.manager, account_id)
    assert request_of(world.manager, again).needed == 2


def test_what_somebody_entered_who_acts_for_the_account_no_longer_is_not_approved(
    world: World, account_id: UUID, second_manager: Actor
) -> None:
    instruction_id = enter(world.investor, account_id)
    decide(world.manager, instruction_id)
    assert world.investor.user_id
    with acting_as(world.associate.tenancy):
        remove_member(world.associate, account_id, user_id=world.investor.user_id)
    with pytest.raises(EntererGone):
        decide(second_manager, instruction_id)
    assert states(world.manager, account_id) == [S.WAITING]


def test_what_staff_entered_whose_role_was_taken_is_not_approved(world: World, account_id: UUID) -> None:
    clerk = make_user(world.firm_id, "clerk@example.com", Role.ASSOCIATE)
    assert clerk.user_id
    instruction_id = enter(clerk, account_id)
    with acting_as(world.administrator.tenancy):
        take_role(world.administrator, clerk.user_id, role=Role.ASSOCIATE)
    with pytest.raises(EntererGone):
        decide(world.manager, instruction_id)


def test_an_approval_of_who_may_approve_no_longer_does_not_count(
    world: World, account_id: UUID, second_manager: Actor
) -> None:
    instruction_id = enter(world.investor, account_id)
    assert decide(second_manager, instruction_id) is ApprovalState.OPEN
    request = request_of(world.manager, instruction_id)
    assert request.approvals == 1
    assert second_manager.user_id
    with acting_as(world.administrator.tenancy):
        take_role(world.administrator, second_manager.user_id, role=Role.MANAGER)
    assert request_of(world.manager, instruction_id).approvals == 0
    assert decide(world.manager, instruction_id) is ApprovalState.OPEN
    third = make_user(world.firm_id, "third.manager@example.com", Role.MANAGER)
    assert decide(third, instruction_id) is ApprovalState.EXECUTED
    with acting_as(world.manager.tenancy):
        assert get_approval(world.manager, request.id).approvals == 3, "once done, what was said is what was said"


def test_staff_do_not_approve_for_an_account_they_act_for(world: World, account_id: UUID) -> None:
    assert world.manager.user_id
    with acting_as(world.associate.tenancy):
        add_member(world.associate, account_id, user_id=world.manager.user_id)
    instruction_id = enter(world.associate, account_id)
    with pytest.raises(Forbidden):
        decide(world.manager, instruction_id)
    assert states(world.manager, account_id) == [S.WAITING]


def test_a_request_holds_nothing_that_is_sealed_elsewhere(world: World, account_id: UUID) -> None:
    instruction_id = enter(world.investor, account_id)
    kept = repr(request_of(world.manager, instruction_id).content)
    for secret in (NUMBER, NUMBER[-4:], "First Bank", "111000025", "Lane Trust"):
        assert secret not in kept
