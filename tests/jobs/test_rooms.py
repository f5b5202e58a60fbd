"""Mail about rooms: who is invited, what is new each morning, questions for staff, answers; nothing before signing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.services.audiences import grant_document
from portal.domain.documents.rooms.queries.members import list_groups
from portal.domain.documents.rooms.services.announcing import start_digest
from portal.domain.documents.rooms.services.members import remove_room_member
from portal.domain.documents.rooms.services.questions import answer_question, ask_question
from portal.domain.documents.rooms.services.visits import choose_digest, note_visit
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven
from portal.domain.identity.access.values import Actor
from portal.jobs.drain import drain
from portal.platform import db
from portal.platform.embedded.mailbox import list_messages, read_message
from portal.platform.outbox import enqueue
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.rooms import MadeRoom, make_room


@pytest.fixture
def room(app: Flask, world: World) -> MadeRoom:
    return make_room(world.manager)


@pytest.fixture
def everybody(room: MadeRoom) -> UUID:
    with acting_as(room.staff.tenancy):
        return list_groups(room.staff, room.id)[0].id


def told(mailing: Path) -> dict[str, list[str]]:
    """The text of each mail there is, by subject."""
    found: dict[str, list[str]] = {}
    for mail in list_messages(mailing):
        read = read_message(mailing, mail.name)
        assert "http" in read.html
        found.setdefault(str(mail.subject), []).append(read.text)
    return found


def morning(room: MadeRoom) -> None:
    """Do what is done each morning, now."""
    machinery = Actor.system(room.staff.firm_id)
    with acting_as(machinery.tenancy):
        start_digest(machinery, room.id)
    drain(50)


def digests(mailing: Path) -> list[str]:
    return told(mailing).get("Harbour Capital: new in Saltmarsh Fund II", [])


def test_an_invitation_names_the_room_and_who_invites(
    world: World, room: MadeRoom, everybody: UUID, mailing: Path
) -> None:
    room.file("Secret model")
    room.let_in(world.investor, everybody)
    room.let_in(world.investor, everybody)
    drain(50)
    ((text,),) = told(mailing).values()
    assert f"{world.manager.name} of Harbour Capital invites you to the data room “Saltmarsh Fund II”." in text
    assert f"/documents/data-rooms/{room.id}" in text
    assert "Secret model" not in text


def test_who_was_taken_out_meanwhile_is_not_written_to(
    world: World, room: MadeRoom, everybody: UUID, mailing: Path
) -> None:
    room.let_in(world.investor, everybody)
    assert world.investor.user_id
    with acting_as(world.manager.tenancy):
        remove_room_member(world.manager, room.id, world.investor.user_id)
    drain(50)
    assert told(mailing) == {}


def test_a_digest_tells_what_is_new_and_to_be_seen(
    world: World, room: MadeRoom, everybody: UUID, mailing: Path
) -> None:
    lookers = room.group("Lookers", FolderPermission.VIEW)
    room.let_in(world.investor, everybody)
    room.let_in(world.another_investor, lookers)
    folder = room.make_folder("Financials")
    room.permit(lookers, folder, FolderPermission.NONE)
    room.file("Model", folder)
    room.file("Draft", published=False)
    morning(room)
    (text,) = digests(mailing)
    assert "1.1 Model" in text
    assert "Draft" not in text
    morning(room)
    assert len(digests(mailing)) == 1


@pytest.mark.parametrize("reason", ["unsigned", "unwanted", "seen", "other group"])
def test_a_digest_is_not_sent(world: World, room: MadeRoom, everybody: UUID, mailing: Path, reason: str) -> None:
    if reason == "unsigned":
        room.ask_to_sign()
    group = room.group("Nothing", None) if reason == "other group" else everybody
    room.let_in(world.investor, group)
    room.file("Model")
    if reason == "unwanted":
        with acting_as(world.investor.tenancy):
            choose_digest(world.investor, room.id, wanted=False)
    if reason == "seen":
        note_visit(world.investor, room.id)
    morning(room)
    assert digests(mailing) == []


def test_what_is_published_plans_one_digest_for_the_morning(world: World, room: MadeRoom, everybody: UUID) -> None:
    room.let_in(world.investor, everybody)
    paper = room.file("Model")
    room.file("Letter")
    with acting_as(Actor.system(world.firm_id).tenancy):
        rows = db.fetch_all("SELECT due_at, created_at FROM platform.outbox WHERE job = 'rooms.digest'")
    (row,) = rows
    assert timedelta(0) < row.due_at - row.created_at <= timedelta(days=1)
    assert world.another_investor.user_id
    with acting_as(world.manager.tenancy):
        grant_document(world.manager, paper, world.another_investor.user_id)


def test_answers_are_told_of(world: World, room: MadeRoom, everybody: UUID, mailing: Path) -> None:
    room.let_in(world.investor, everybody)
    room.let_in(world.another_investor, everybody)
    with acting_as(world.investor.tenancy):
        question = ask_question(world.investor, room.id, "What of the fees?")
    with acting_as(world.manager.tenancy):
        given = AnswerGiven(AnswerAudience.EVERYBODY, "Fees?", "Two percent.")
        answer_question(world.manager, question, given)
    morning(room)
    mails = told(mailing)
    (to_asker,) = mails["Harbour Capital: your question was answered"]
    (to_other,) = digests(mailing)
    assert "One question was answered to you." in to_other
    assert "percent" not in to_asker + to_other
    assert "fees" not in (to_asker + to_other).lower()


def test_staff_who_answer_are_told_of_questions_that_wait(
    world: World, room: MadeRoom, everybody: UUID, mailing: Path
) -> None:
    room.let_in(world.investor, everybody)
    for words in ("What of the fees?", "And the rest?"):
        with acting_as(world.investor.tenancy):
            ask_question(world.investor, room.id, words)

    @db.transactional
    def now() -> None:
        enqueue("rooms.digest_questions", room_id=str(room.id))

    with acting_as(Actor.system(world.firm_id).tenancy):
        now()
    drain(50)
    mails = told(mailing)["Harbour Capital: questions wait in Saltmarsh Fund II"]
    assert len(mails) == 1
    assert all("2 questions wait for an answer" in text and "fees" not in text for text in mails)
