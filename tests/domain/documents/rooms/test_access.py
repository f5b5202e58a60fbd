"""A room is seen by its members alone, once they signed, as far as their groups may see it, and not a moment longer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from portal.domain.documents.library.queries.documents import get_document, list_documents
from portal.domain.documents.library.values.documents import DocumentFilter
from portal.domain.documents.rooms.errors import AgreementNeeded
from portal.domain.documents.rooms.queries.contents import find_index_number, find_room_of, list_index
from portal.domain.documents.rooms.queries.questions import list_answers, list_own_questions
from portal.domain.documents.rooms.queries.rooms import get_entered_room, get_gate, list_gates
from portal.domain.documents.rooms.services.members import change_member, remove_room_member
from portal.domain.documents.rooms.services.questions import ask_question
from portal.domain.documents.rooms.services.rooms import change_room, close_room, open_room
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.documents.rooms.values.rooms import RoomDetails
from portal.domain.identity.access.values import Actor
from portal.platform import clock, db
from portal.platform.errors import NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom, make_room

TABLES = (
    "rooms",
    "room_descriptions",
    "room_members",
    "room_placements",
    "room_permissions",
    "room_items",
    "room_texts",
    "room_agreements",
    "room_questions",
    "room_answers",
    "room_visits",
    "folders",
    "documents",
    "versions",
    "audiences",
)


def in_database(actor: Actor) -> set[str]:
    """The tables of documents in which the database shows a person any row at all."""
    with acting_as(actor.tenancy):
        return {table for table in TABLES if db.fetch_value(f"SELECT EXISTS (SELECT FROM documents.{table})")}


def seen_by(actor: Actor, room: MadeRoom) -> set[UUID]:
    """The documents that a person finds in a room: the same as in the library, on their own addresses, and in the
    database."""
    with acting_as(actor.tenancy):
        found = {line.document_id for line in list_index(actor, room.id) if line.document_id}
        assert found == {each.id for each in list_documents(actor, DocumentFilter())}
        assert found == {row.id for row in db.fetch_all("SELECT id FROM documents.documents")}
        assert found == {row.document_id for row in db.fetch_all("SELECT document_id FROM documents.versions")}
        for document_id in found:
            get_document(actor, document_id)
            assert find_room_of(actor, document_id) == room.id
            assert find_index_number(actor, document_id)
    return found


def nothing_at_all(actor: Actor, room: MadeRoom, paper: UUID) -> None:
    """A room, and what is in it, do not exist for somebody."""
    assert seen_by(actor, room) == set()
    with acting_as(actor.tenancy):
        assert list_gates(actor) == []
        for asked in (get_gate, get_entered_room):
            with pytest.raises(NotFound):
                asked(actor, room.id)
        with pytest.raises(NotFound):
            get_document(actor, paper)
        with pytest.raises(NotFound):
            ask_question(actor, room.id, "Is anybody there?")
        assert find_index_number(actor, paper) is None
        assert not list_answers(actor, room.id)
        assert not list_own_questions(actor, room.id)


def test_a_member_sees_the_room_and_nobody_else_does(world: World, room: MadeRoom, everybody: UUID) -> None:
    paper = room.file("Model")
    room.let_in(world.investor, everybody)
    assert seen_by(world.investor, room) == {paper}
    for stranger in (world.another_investor, world.foreign_investor, world.foreign_manager):
        nothing_at_all(stranger, room, paper)
        assert in_database(stranger) <= ({"folders"} if stranger.is_staff else set())  # the other firm's own


def test_before_signing_only_name_and_inviter_are_known(world: World, room: MadeRoom, everybody: UUID) -> None:
    paper = room.file("Model", room.make_folder("Financials"))
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    assert seen_by(world.investor, room) == set()
    with acting_as(world.investor.tenancy):
        (gate,) = list_gates(world.investor)
        assert (gate.name, gate.inviter, gate.entered) == ("Saltmarsh Fund II", world.manager.name, False)
        with pytest.raises(AgreementNeeded):
            get_entered_room(world.investor, room.id)
        with pytest.raises(AgreementNeeded):
            ask_question(world.investor, room.id, "Is anybody there?")
        with pytest.raises(NotFound):
            get_document(world.investor, paper)
        assert find_index_number(world.investor, paper) is None
    assert in_database(world.investor) == {"rooms", "room_members", "room_texts"}
    room.sign(world.investor)
    assert {"room_descriptions", "room_placements"} <= in_database(world.investor)
    assert seen_by(world.investor, room) == {paper}


def test_a_new_version_asks_again(world: World, room: MadeRoom, everybody: UUID) -> None:
    paper = room.file("Model")
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    room.sign(world.investor)
    room.ask_to_sign("Stricter.", replaces=1)
    assert seen_by(world.investor, room) == set()
    room.sign(world.investor)
    assert seen_by(world.investor, room) == {paper}


def test_groups_see_what_they_may(world: World, room: MadeRoom, everybody: UUID) -> None:
    folder = room.make_folder("Financials")
    open_paper, secret = room.file("Teaser"), room.file("Model", folder)
    narrow = room.group("Narrow", None)
    room.permit(narrow, room.folder, FolderPermission.VIEW)
    room.let_in(world.investor, narrow)
    room.let_in(world.another_investor, everybody)
    assert seen_by(world.investor, room) == {open_paper}
    assert seen_by(world.another_investor, room) == {open_paper, secret}
    with acting_as(world.investor.tenancy):
        assert [(line.number, line.name) for line in list_index(world.investor, room.id)] == [("2", "Teaser")]
        assert [row.name for row in db.fetch_all("SELECT name FROM documents.folders")] == ["Saltmarsh Fund II"]
    room.place(world.investor, narrow, everybody)
    assert seen_by(world.investor, room) == {open_paper, secret}


def test_the_best_group_decides_and_the_document_may_be_stricter(world: World, room: MadeRoom, everybody: UUID) -> None:
    free, strict = room.file("Teaser"), room.file("Model", view_only=True)
    lookers = room.group("Lookers", FolderPermission.VIEW)
    room.let_in(world.investor, lookers)

    def view_only() -> dict[UUID, bool]:
        with acting_as(world.investor.tenancy):
            listed = {each.id: each.view_only for each in list_documents(world.investor, DocumentFilter())}
            index = list_index(world.investor, room.id)
            assert listed == {each.document_id: each.view_only for each in index}
            assert listed == {each: get_document(world.investor, each).summary.view_only for each in listed}
        return listed

    assert view_only() == {free: True, strict: True}
    room.place(world.investor, lookers, everybody)
    assert view_only() == {free: False, strict: True}


@pytest.mark.parametrize("end", ["close", "remove", "expire", "late", "early"])
def test_what_ends_takes_everything_at_once(world: World, room: MadeRoom, everybody: UUID, end: str) -> None:
    manager, now = world.manager, clock.now()
    paper = room.file("Model")
    room.ask_to_sign()
    room.let_in(world.investor, everybody)
    room.sign(world.investor)
    with acting_as(world.investor.tenancy):
        ask_question(world.investor, room.id, "Is anybody there?")
    assert seen_by(world.investor, room) == {paper}
    assert world.investor.user_id
    with acting_as(manager.tenancy):
        match end:
            case "close":
                close_room(manager, room.id)
            case "remove":
                remove_room_member(manager, room.id, world.investor.user_id)
            case "expire":
                change_member(
                    manager, room.id, world.investor.user_id, groups=[everybody], until=now + timedelta(days=1)
                )
                expire(room, world.investor.user_id)
            case "late":
                change_room(manager, room.id, RoomDetails("Late", closes_at=now - timedelta(seconds=1)))
            case "early":
                change_room(manager, room.id, RoomDetails("Early", opens_at=now + timedelta(hours=1)))
    nothing_at_all(world.investor, room, paper)
    assert in_database(world.investor) <= {"room_members"}  # that they were invited


@db.transactional
def expire(room: MadeRoom, user_id: UUID) -> None:
    """Let a membership have ended just now."""
    db.execute(
        "UPDATE documents.room_members SET until = now() - interval '1 second' WHERE room_id = %(room)s"
        " AND user_id = %(user)s",
        room=room.id,
        user=user_id,
    )


def test_who_was_taken_out_comes_in_again_only_by_invitation(world: World, room: MadeRoom, everybody: UUID) -> None:
    paper = room.file("Model")
    room.let_in(world.investor, everybody)
    assert world.investor.user_id
    with acting_as(world.manager.tenancy):
        remove_room_member(world.manager, room.id, world.investor.user_id)
        close_room(world.manager, room.id)
        open_room(world.manager, room.id)
    nothing_at_all(world.investor, room, paper)
    room.let_in(world.investor, everybody)
    assert seen_by(world.investor, room) == {paper}


def test_drafts_and_the_papers_of_other_rooms_are_not_there(world: World, room: MadeRoom, everybody: UUID) -> None:
    other = make_room(world.manager, "Another")
    hidden = [room.file("Draft", published=False), other.file("Elsewhere")]
    paper = room.file("Model")
    room.let_in(world.investor, everybody)
    assert seen_by(world.investor, room) == {paper}
    with acting_as(world.investor.tenancy):
        assert list_index(world.investor, other.id) == []
        for each in hidden:
            with pytest.raises(NotFound):
                ask_question(world.investor, room.id, "What of this?", document_id=each)


def test_staff_see_what_a_group_sees(world: World, room: MadeRoom, everybody: UUID) -> None:
    folder = room.make_folder("Financials")
    room.file("Teaser")
    room.file("Draft", published=False)
    room.file("Model", folder, view_only=True)
    narrow = room.group("Narrow", None)
    room.permit(narrow, room.folder, FolderPermission.VIEW)

    def shown(group: UUID | None) -> list[tuple[str, str, bool]]:
        with acting_as(world.auditor.tenancy):
            index = list_index(world.auditor, room.id, group_id=group)
            return [(line.number, line.name, line.view_only) for line in index]

    assert shown(narrow) == [("2", "Teaser", True)]
    assert shown(everybody) == [("1", "Financials", False), ("1.1", "Model", True), ("2", "Teaser", False)]
    assert [line[1] for line in shown(None)] == ["Financials", "Model", "Teaser", "Draft"]
