"""One person asks, another decides, and what happens is what was read."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.accounts.errors import LastAdministrator, NoChange, OwnRoles, PersonGone, RolesChanged
from portal.domain.identity.accounts.queries import get_user
from portal.domain.identity.accounts.services import change_roles, propose_roles
from portal.domain.identity.approvals.errors import AlreadyAsked, ChangedMeanwhile, MakerGone, NotOpen, OwnRequest
from portal.domain.identity.approvals.queries import get_approval, list_awaited_approvals, list_votes
from portal.domain.identity.approvals.services import amend_approval, decide_approval, withdraw_approval
from portal.domain.identity.approvals.values import ApprovalState
from portal.platform import db
from portal.platform.errors import DomainError, Forbidden, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import found_firm, make_user


@pytest.fixture
def people(app: Flask, world: World) -> Iterator[tuple[Actor, Actor, UUID]]:
    """An administrator who asks, a compliance officer who decides, and an associate whom it is about."""
    officer = make_user(world.firm_id, "compliance@example.com", Role.COMPLIANCE)
    associate = make_user(world.firm_id, "rising@example.com", Role.ASSOCIATE)
    assert associate.user_id
    with acting_as(world.administrator.tenancy):
        yield world.administrator, officer, associate.user_id


def ask(maker: Actor, user_id: UUID, *roles: Role) -> UUID:
    with acting_as(maker.tenancy):
        return propose_roles(maker, user_id, roles=roles or [Role.MANAGER], reason="Promoted")


def decide(actor: Actor, approval_id: UUID, *, approves: bool = True, digest: str | None = None) -> ApprovalState:
    with acting_as(actor.tenancy):
        seen = digest or get_approval(actor, approval_id).digest
        return decide_approval(actor, approval_id, digest=seen, approves=approves, comment="Seen")


def roles_of(actor: Actor, user_id: UUID) -> frozenset[Role]:
    with acting_as(actor.tenancy):
        return get_user(actor, user_id).roles


def test_what_was_asked_for_happens_when_another_person_approves(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    approval_id = ask(maker, user_id)
    assert roles_of(maker, user_id) == {Role.ASSOCIATE}
    with acting_as(officer.tenancy):
        assert [each.id for each in list_awaited_approvals(officer, most=10)] == [approval_id]
    assert decide(officer, approval_id) is ApprovalState.EXECUTED
    assert roles_of(maker, user_id) == {Role.MANAGER}
    with acting_as(maker.tenancy):
        (vote,) = list_votes(maker, approval_id)
        acts = db.fetch_all(
            "SELECT act FROM identity.audit_events WHERE act ~ '^(approval|role)' ORDER BY id DESC LIMIT 4"
        )
    assert (vote.approver_id, vote.approves, vote.comment, vote.current) == (officer.user_id, True, "Seen", True)
    assert [each.act for each in acts][::-1] == ["approval.request", "approval.approve", "role.grant", "role.take"]
    with pytest.raises(NotOpen):
        decide(officer, approval_id)


def test_nobody_decides_their_own_request_and_the_database_says_so_too(people: tuple[Actor, Actor, UUID]) -> None:
    maker, _, user_id = people
    approval_id = ask(maker, user_id)
    with pytest.raises(OwnRequest):
        decide(maker, approval_id)
    with acting_as(maker.tenancy):
        assert list_awaited_approvals(maker, most=10) == []
        with pytest.raises(IntegrityError, match="approval_votes_not_by_maker"):
            insert_vote(approval_id, approver=maker.user_id, maker=maker.user_id)


def test_a_vote_cannot_name_another_maker_than_the_request(people: tuple[Actor, Actor, UUID], world: World) -> None:
    maker, _, user_id = people
    approval_id = ask(maker, user_id)
    with acting_as(maker.tenancy), pytest.raises(IntegrityError, match="approval_votes_approval"):
        insert_vote(approval_id, approver=maker.user_id, maker=world.manager.user_id)


def test_what_was_said_is_never_changed(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    approval_id = ask(maker, user_id)
    decide(officer, approval_id, approves=False)
    with acting_as(maker.tenancy), pytest.raises(DBAPIError, match="permission denied"):
        turn_round(approval_id)


def test_an_edit_voids_what_was_approved_and_what_was_read(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    approval_id = ask(maker, user_id)
    with acting_as(maker.tenancy):
        read = get_approval(maker, approval_id).digest
        content = {"before": ["associate"], "after": ["administrator"]}
        amend_approval(maker, approval_id, content=content, reason="More")
        assert get_approval(maker, approval_id).digest != read
    with pytest.raises(ChangedMeanwhile):
        decide(officer, approval_id, digest=read)
    with acting_as(officer.tenancy), pytest.raises(Forbidden):
        amend_approval(officer, approval_id, content=content, reason="Mine")
    assert decide(officer, approval_id) is ApprovalState.EXECUTED
    assert roles_of(maker, user_id) == {Role.ADMINISTRATOR}


def test_content_that_was_tampered_with_is_not_done(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    approval_id = ask(maker, user_id)
    with acting_as(maker.tenancy):
        tamper(approval_id)
    with pytest.raises(ChangedMeanwhile):
        decide(officer, approval_id)
    assert roles_of(maker, user_id) == {Role.ASSOCIATE}


def test_roles_that_changed_since_are_not_overwritten(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    approval_id = ask(maker, user_id)
    with acting_as(maker.tenancy):
        change_roles(maker, user_id, before=frozenset({Role.ASSOCIATE}), after=frozenset({Role.AUDITOR}))
    with pytest.raises(RolesChanged):
        decide(officer, approval_id)
    assert roles_of(maker, user_id) == {Role.AUDITOR}
    with acting_as(maker.tenancy):
        assert get_approval(maker, approval_id).state is ApprovalState.OPEN


def test_who_asks_otherwise_changes_the_request(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    first = ask(maker, user_id)
    with acting_as(maker.tenancy):
        read_before = get_approval(maker, first).digest
    assert ask(maker, user_id, Role.AUDITOR) == first
    with pytest.raises(ChangedMeanwhile):
        decide(officer, first, digest=read_before)
    assert decide(officer, first) is ApprovalState.EXECUTED
    assert roles_of(maker, user_id) == {Role.AUDITOR}


def test_a_request_is_rejected_withdrawn_or_runs_out(people: tuple[Actor, Actor, UUID], world: World) -> None:
    maker, officer, user_id = people
    rejected = ask(maker, user_id)
    with pytest.raises(AlreadyAsked):
        ask(make_user(world.firm_id, "another.chief@example.com", Role.ADMINISTRATOR), user_id, Role.AUDITOR)
    assert decide(officer, rejected, approves=False) is ApprovalState.REJECTED
    withdrawn = ask(maker, user_id)
    with acting_as(maker.tenancy):
        withdraw_approval(maker, withdrawn)
    late = ask(maker, user_id)
    with acting_as(maker.tenancy):
        age(late)
        assert get_approval(maker, late).state is ApprovalState.EXPIRED
    with pytest.raises(NotOpen):
        decide(officer, late)
    assert ask(maker, user_id) != late, "one whose time is up makes room"
    assert roles_of(maker, user_id) == {Role.ASSOCIATE}


def test_who_may_not(people: tuple[Actor, Actor, UUID], world: World) -> None:
    maker, _, user_id = people
    approval_id = ask(maker, user_id)
    with pytest.raises(NotFound):
        decide(world.manager, approval_id)
    with acting_as(world.manager.tenancy), pytest.raises(NotFound):
        decide_approval(world.manager, approval_id, digest="", approves=True)
    with acting_as(world.manager.tenancy), pytest.raises(Forbidden):
        propose_roles(world.manager, user_id, roles=[Role.MANAGER], reason="-")
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        get_approval(world.foreign_manager, approval_id)
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        decide_approval(world.foreign_manager, approval_id, digest="", approves=True)
    with acting_as(world.investor.tenancy), pytest.raises(DBAPIError, match="permission denied"):
        get_approval(world.investor, approval_id)
    assert maker.user_id
    with pytest.raises(OwnRoles):
        ask(maker, maker.user_id, Role.MANAGER, Role.ADMINISTRATOR)
    with pytest.raises(NoChange):
        ask(maker, user_id, Role.ASSOCIATE)


def test_the_last_administrator_stays(people: tuple[Actor, Actor, UUID], world: World) -> None:
    maker, _, _ = people
    second = make_user(world.firm_id, "second@example.com", Role.ADMINISTRATOR)
    assert maker.user_id
    assert ask(second, maker.user_id, Role.MANAGER)
    with acting_as(second.tenancy):
        change_roles(second, maker.user_id, before=maker.roles, after=frozenset({Role.MANAGER}))
    with acting_as(maker.tenancy), pytest.raises(LastAdministrator):
        change_roles(maker, second.user_id, before=second.roles, after=frozenset({Role.MANAGER}))  # type: ignore[arg-type]


def test_what_somebody_asked_for_who_is_gone_can_only_be_rejected(people: tuple[Actor, Actor, UUID]) -> None:
    _, officer, user_id = people
    leaver = make_user(officer.firm_id, "leaver@example.com", Role.ADMINISTRATOR)
    approval_id = ask(leaver, user_id)
    with acting_as(Actor.system(officer.firm_id).tenancy):
        switch_off(leaver.user_id)
    with pytest.raises(MakerGone):
        decide(officer, approval_id)
    assert roles_of(officer, user_id) == {Role.ASSOCIATE}
    assert decide(officer, approval_id, approves=False) is ApprovalState.REJECTED


def test_who_was_switched_off_gets_no_roles(people: tuple[Actor, Actor, UUID]) -> None:
    maker, officer, user_id = people
    approval_id = ask(maker, user_id)
    with acting_as(Actor.system(maker.firm_id).tenancy):
        switch_off(user_id)
    with pytest.raises(PersonGone):
        decide(officer, approval_id)
    assert roles_of(officer, user_id) == {Role.ASSOCIATE}


def test_two_approvals_at_once_leave_an_administrator(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm = found_firm("pair", "Pair Capital")
        pair = [make_user(firm, f"admin{number}@pair.example", Role.ADMINISTRATOR) for number in range(2)]
        officers = [make_user(firm, f"officer{number}@pair.example", Role.COMPLIANCE) for number in range(2)]
        asked = [ask(pair[0], pair[1].user_id or firm), ask(pair[1], pair[0].user_id or firm)]
    gate, answers = Barrier(2), []

    def approve(officer: Actor, approval_id: UUID) -> None:
        with committed_app.app_context(), acting_as(officer.tenancy):
            digest = get_approval(officer, approval_id).digest
            gate.wait()
            try:
                answers.append(decide(officer, approval_id, digest=digest).value)
            except DomainError as error:
                answers.append(error.code)

    threads = [Thread(target=approve, args=pair) for pair in zip(officers, asked, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["executed", "last_administrator"]
    with committed_app.app_context():
        left = [Role.ADMINISTRATOR in roles_of(officers[0], each.user_id or firm) for each in pair]
    assert sorted(left) == [False, True]


def test_two_who_approve_at_once_do_it_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm = found_firm("four", "Four Capital")
        officers = [make_user(firm, f"officer{number}@four.example", Role.COMPLIANCE) for number in range(4)]
        administrator = make_user(firm, "admin@four.example", Role.ADMINISTRATOR)
        person = make_user(firm, "subject@four.example", Role.ASSOCIATE)
        assert person.user_id
        approval_id = ask(administrator, person.user_id)
    gate, answers = Barrier(len(officers)), []

    def approve(officer: Actor) -> None:
        with committed_app.app_context():
            gate.wait()
            try:
                answers.append(decide(officer, approval_id).value)
            except DomainError as error:
                answers.append(error.code)

    threads = [Thread(target=approve, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["approval_closed"] * 3 + ["executed"]
    with committed_app.app_context():
        assert roles_of(administrator, person.user_id) == {Role.MANAGER}


@db.transactional
def insert_vote(approval_id: UUID, *, approver: UUID | None, maker: UUID | None) -> None:
    db.execute(
        "INSERT INTO identity.approval_votes"
        " (approval_id, approver_id, content_hash, firm_id, maker_id, approves, comment)"
        " SELECT id, %(approver)s, content_hash, firm_id, %(maker)s, true, ''"
        " FROM identity.approvals WHERE id = %(id)s",
        id=approval_id,
        approver=approver,
        maker=maker,
    )


@db.transactional
def switch_off(user_id: UUID | None) -> None:
    db.execute("UPDATE identity.users SET active = false WHERE id = %(id)s", id=user_id)


@db.transactional
def turn_round(approval_id: UUID) -> None:
    db.execute("UPDATE identity.approval_votes SET approves = true WHERE approval_id = %(id)s", id=approval_id)


@db.transactional
def tamper(approval_id: UUID) -> None:
    after = """'{"before": ["associate"], "after": ["administrator"]}'"""
    db.execute(f"UPDATE identity.approvals SET content = {after} WHERE id = %(id)s", id=approval_id)


@db.transactional
def age(approval_id: UUID) -> None:
    db.execute("UPDATE identity.approvals SET expires_at = now() - interval '1 s' WHERE id = %(id)s", id=approval_id)
