"""Who is let into rooms, by whom, and what they sign, with what proves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError
from structlog.contextvars import bound_contextvars

from portal.domain.documents.rooms.errors import (
    GroupAnswered,
    GroupNameTaken,
    NotReady,
    RoomNameTaken,
    StaffNotMember,
    TextReplaced,
)
from portal.domain.documents.rooms.queries.members import list_agreements, list_groups, list_members
from portal.domain.documents.rooms.queries.rooms import (
    get_asked_text,
    get_gate,
    get_room,
    list_gates,
    list_room_texts,
    list_rooms,
)
from portal.domain.documents.rooms.services.agreements import ask_no_agreement, sign_agreement, write_room_text
from portal.domain.documents.rooms.services.members import change_member, create_group, delete_group, invite_member
from portal.domain.documents.rooms.services.questions import answer_question, ask_question
from portal.domain.documents.rooms.services.rooms import change_room, close_room, create_room, open_room
from portal.domain.documents.rooms.values.members import Invitation, Standing
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven
from portal.domain.documents.rooms.values.rooms import RoomDetails, RoomState
from portal.domain.identity.access.values import Role
from portal.domain.people.invitations.queries import list_invitations
from portal.platform import clock, db
from portal.platform.errors import Conflict, Forbidden, Invalid, NotFound
from portal.platform.ids import new_id
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.identity import make_user
from tests.factories.investments import make_vehicle
from tests.factories.rooms import NDA, MadeRoom, make_room


def test_a_room_is_prepared_by_an_associate_and_opened_by_who_may_publish(app: Flask, world: World) -> None:
    associate, vehicle = world.associate, make_vehicle(world.firm_id, "Fund II")
    with acting_as(associate.tenancy):
        room_id = create_room(associate, RoomDetails("  Close one ", "For the second close.", vehicle))
        found = get_room(associate, room_id)
        assert (found.details.name, found.vehicle, found.state) == ("Close one", "Fund II", RoomState.DRAFT)
        with pytest.raises(RoomNameTaken):
            create_room(associate, RoomDetails("close  ONE"))
        with pytest.raises(Invalid):
            create_room(associate, RoomDetails(" "))
        for act in (open_room, close_room):
            with pytest.raises(Forbidden):
                act(associate, room_id)
        with pytest.raises(Forbidden):
            create_group(associate, room_id, "A")
        change_room(associate, room_id, RoomDetails("Close 1"))
    with acting_as(world.manager.tenancy):
        with pytest.raises(NotReady):
            open_room(world.manager, room_id)
        create_group(world.manager, room_id, "A")
        open_room(world.manager, room_id)
        with pytest.raises(Conflict):
            open_room(world.manager, room_id)
    with acting_as(associate.tenancy), pytest.raises(Forbidden):
        change_room(associate, room_id, RoomDetails("Mine"))
    with acting_as(world.foreign_manager.tenancy):
        assert list_rooms(world.foreign_manager) == []
        with pytest.raises(NotFound):
            get_room(world.foreign_manager, room_id)
        with pytest.raises(NotFound):
            open_room(world.foreign_manager, room_id)
    with acting_as(world.investor.tenancy), pytest.raises(Forbidden):
        list_rooms(world.investor)


def test_groups_have_names_of_their_own_and_end(world: World, room: MadeRoom, everybody: UUID) -> None:
    with acting_as(world.manager.tenancy):
        with pytest.raises(GroupNameTaken):
            create_group(world.manager, room.id, " everybody ")
        with pytest.raises(Invalid):
            create_group(world.manager, room.id, "")
    room.let_in(world.investor, everybody)
    with acting_as(world.manager.tenancy):
        assert [(each.name, each.members) for each in list_groups(world.manager, room.id)] == [("Everybody", 1)]
        with pytest.raises(NotFound):
            delete_group(world.manager, make_room(world.manager, "Another").id, everybody)
        delete_group(world.manager, room.id, everybody)
        assert list_groups(world.manager, room.id) == []
        assert list_members(world.manager, room.id)[0].groups == {}


def test_a_group_that_was_answered_stays(world: World, room: MadeRoom, everybody: UUID) -> None:
    room.let_in(world.investor, everybody)
    with acting_as(world.investor.tenancy):
        question = ask_question(world.investor, room.id, "Why?")
    with acting_as(world.manager.tenancy):
        answer_question(world.manager, question, AnswerGiven(AnswerAudience.GROUP, "Why?", "So.", everybody))
        with pytest.raises(GroupAnswered):
            delete_group(world.manager, room.id, everybody)


def test_somebody_unknown_is_invited_to_the_portal(world: World, room: MadeRoom, everybody: UUID) -> None:
    def let_in(email: str, name: str) -> UUID:
        with acting_as(world.manager.tenancy):
            given = Invitation(email, name, (everybody,))
            return invite_member(world.manager, resources().sealer, room.id, given)

    with pytest.raises(Invalid):
        let_in("new@example.com", " ")
    user_id = let_in("new@example.com", "Nora New")
    assert let_in("New@Example.com", "Nora New") == user_id
    with acting_as(world.manager.tenancy):
        (invited,) = list_invitations(world.manager)
        assert (invited.name, invited.roles, invited.accounts) == ("Nora New", {Role.INVESTOR}, ())
        (member,) = list_members(world.manager, room.id)
        assert (member.user_id, member.standing) == (user_id, Standing.INVITED)


def test_who_may_not_be_let_in(world: World, room: MadeRoom, everybody: UUID) -> None:
    def let_in(email: str, *groups: UUID, **more: object) -> None:
        with acting_as(world.manager.tenancy):
            given = Invitation(email, "Somebody", groups, **more)  # type: ignore[arg-type]  # a moment
            invite_member(world.manager, resources().sealer, room.id, given)

    make_user(world.firm_id, "colleague@example.com", Role.ASSOCIATE)
    with pytest.raises(StaffNotMember):
        let_in("colleague@example.com", everybody)
    other = make_room(world.manager, "Another")
    with acting_as(world.manager.tenancy):
        foreign_group = list_groups(world.manager, other.id)[0].id
    for groups in ((), (foreign_group,), (everybody, foreign_group)):
        with pytest.raises(Invalid):
            let_in("x@example.com", *groups)
    with pytest.raises(Invalid):
        let_in("x@example.com", everybody, until=clock.now() - timedelta(seconds=1))
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        invite_member(world.associate, resources().sealer, room.id, Invitation("x@example.com", "X", (everybody,)))


def test_who_was_taken_out_is_not_changed(world: World, room: MadeRoom, everybody: UUID) -> None:
    stranger = world.another_investor.user_id
    assert stranger
    with acting_as(world.manager.tenancy), pytest.raises(NotFound):
        change_member(world.manager, room.id, stranger, groups=[everybody], until=None)


def test_a_signature_is_kept_with_what_proves_it(world: World, room: MadeRoom, everybody: UUID) -> None:
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    someone = replace(world.investor, session_id=new_id())
    with acting_as(world.investor.tenancy), bound_contextvars(address="192.0.2.9", agent="Firefox"):
        text = get_asked_text(someone, room.id)
        assert text.body == NDA
        with pytest.raises(Invalid):
            sign_agreement(someone, room.id, digest=text.digest, typed_name=" ", proven_by="pwd")
        with pytest.raises(TextReplaced):
            sign_agreement(someone, room.id, digest="0" * 64, typed_name="Ada Lane", proven_by="pwd")
        for _ in range(2):
            sign_agreement(someone, room.id, digest=text.digest, typed_name=" Ada M. Lane ", proven_by="mfa")
    with acting_as(world.auditor.tenancy):
        (kept,) = list_agreements(world.auditor, room.id)
        assert list_members(world.auditor, room.id)[0].standing is Standing.ENTERED
    assert (kept.user_id, kept.version, kept.digest) == (world.investor.user_id, 1, text.digest)
    assert (kept.typed_name, kept.address, kept.agent, kept.proven_by) == ("Ada M. Lane", "192.0.2.9", "Firefox", "mfa")


@pytest.mark.parametrize(
    "statement", ["UPDATE documents.room_agreements SET typed_name = 'x'", "DELETE FROM documents.room_texts"]
)
def test_what_was_signed_cannot_be_changed(
    app: Flask, world: World, room: MadeRoom, everybody: UUID, statement: str
) -> None:
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    room.sign(world.investor)

    @db.transactional
    def change() -> None:
        db.execute(statement)

    with acting_as(world.manager.tenancy), pytest.raises(DBAPIError):
        change()


def test_an_agreement_is_replaced_from_what_was_read(world: World, room: MadeRoom, everybody: UUID) -> None:
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    manager = world.manager
    with acting_as(manager.tenancy):
        with pytest.raises(TextReplaced):
            write_room_text(manager, room.id, "Another.", replaces=None)
        assert write_room_text(manager, room.id, "Another.", replaces=1) == 2
        assert [text.version for text in list_room_texts(manager, room.id)] == [2, 1]
        assert list_members(manager, room.id)[0].standing is Standing.UNSIGNED
        ask_no_agreement(manager, room.id)
        assert write_room_text(manager, room.id, "A third.", replaces=None) == 3
        ask_no_agreement(manager, room.id)
    with acting_as(world.investor.tenancy):
        assert get_gate(world.investor, room.id).entered
        with pytest.raises(NotFound):
            get_asked_text(world.investor, room.id)
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        write_room_text(world.associate, room.id, "Mine.", replaces=None)


def test_who_is_no_member_signs_nothing(world: World, room: MadeRoom) -> None:
    room.ask_to_sign()
    stranger = replace(world.another_investor, session_id=new_id())
    with acting_as(stranger.tenancy):
        assert list_gates(stranger) == []
        with pytest.raises(NotFound):
            sign_agreement(stranger, room.id, digest="0" * 64, typed_name="Ben Ortiz", proven_by="pwd")
