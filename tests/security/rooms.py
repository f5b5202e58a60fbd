"""The data rooms of a firm in the scene: one for each investor alone, one for all with a group and a folder for each,
one that asks to be signed first, and those that somebody was in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from structlog.contextvars import bound_contextvars

from portal.domain.documents.rooms.services.members import remove_room_member
from portal.domain.documents.rooms.services.questions import answer_question, ask_question
from portal.domain.documents.rooms.services.rooms import change_room, close_room
from portal.domain.documents.rooms.services.visits import note_visit
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven
from portal.domain.documents.rooms.values.rooms import RoomDetails
from portal.domain.identity.access.values import Actor, Role
from portal.platform import clock
from portal.platform.tenancy import acting_as
from tests.factories.identity import make_user
from tests.factories.rooms import MadeRoom, make_room
from tests.security.canaries import Write


def own_scope(scope: str) -> str:
    """The scope of what nobody but this investor and the firm's people see."""
    return scope if scope == "foreign" else f"{scope}own"


def furnish_rooms(firm_id: UUID, write: Write, investors: dict[Actor, str], *, shared: str, inside: str) -> None:
    """All rooms of a firm. What nobody outside may read is in the scope `inside`; who is invited reads who invites."""
    host = make_user(firm_id, f"{write(shared)}@example.com", Role.MANAGER)
    for investor, scope in investors.items():
        own = own_scope(scope)
        _alone(host, write, investor, own, inside)
        _before_signing(host, write, investor, own, inside)
        _ended(host, write, investor, own, inside)
    _together(host, write, investors, shared, inside)


def _room(host: Actor, write: Write, name: str, words: str, inside: str) -> tuple[MadeRoom, UUID]:
    """An open room with a group that sees all that is there when it is made."""
    room = make_room(host, write(name), introduction=write(words))
    return room, room.group(write(inside))


def _alone(host: Actor, write: Write, investor: Actor, own: str, inside: str) -> None:
    room, group = _room(host, write, own, own, inside)
    room.make_folder(write(own))
    room.file(write(own), room.make_folder(write(own)))
    room.file(write(inside), published=False)
    room.ask_to_sign(write(own))
    room.let_in(investor, group)
    room.permit(group, room.folder, FolderPermission.VIEW)
    with bound_contextvars(agent=write(own)):
        room.sign(investor, write(own))
    with acting_as(investor.tenancy):
        ask_question(investor, room.id, write(own))
    note_visit(investor, room.id)
    room.file(write(inside), room.folder, published=False)


def _before_signing(host: Actor, write: Write, investor: Actor, own: str, inside: str) -> None:
    room, group = _room(host, write, own, inside, inside)
    room.file(write(inside), room.make_folder(write(inside)))
    room.ask_to_sign(write(own))
    room.let_in(investor, group)


def _ended(host: Actor, write: Write, investor: Actor, own: str, inside: str) -> None:
    """Rooms that the investor was in, whose time is over or has not come, that were closed, that they were taken out
    of."""
    assert investor.user_id
    for end in ("over", "to come", "closed", "out"):
        room, group = _room(host, write, inside, inside, inside)
        room.file(write(inside), room.make_folder(write(inside)))
        room.ask_to_sign(write(inside))
        room.let_in(investor, group)
        room.sign(investor, write(own))
        note_visit(investor, room.id)
        now, name = clock.now(), write(inside)
        with acting_as(host.tenancy):
            match end:
                case "over":
                    change_room(host, room.id, RoomDetails(name, name, closes_at=now - timedelta(seconds=1)))
                case "to come":
                    change_room(host, room.id, RoomDetails(name, name, opens_at=now + timedelta(days=30)))
                case "closed":
                    close_room(host, room.id)
                case "out":
                    remove_room_member(host, room.id, investor.user_id)


def _together(host: Actor, write: Write, investors: dict[Actor, str], shared: str, inside: str) -> None:
    """A folder for each, that only their group sees, and one for all; what is answered to a group and to all."""
    room, everybody = _room(host, write, shared, shared, inside)
    room.file(write(shared))
    for investor, scope in investors.items():
        own = own_scope(scope)
        group = room.group(write(inside), None)
        room.permit(group, room.folder, FolderPermission.VIEW)
        folder = room.make_folder(write(own), groups=[group])
        room.permit(group, folder, FolderPermission.DOWNLOAD)
        paper = room.file(write(own), folder)
        room.let_in(investor, everybody, group)
        _ask_and_answer(room, investor, write, own, None, paper)
        _ask_and_answer(room, investor, write, own, group, None)
        _ask_and_answer(room, investor, write, own, None, None, told=shared)


def _ask_and_answer(
    room: MadeRoom,
    investor: Actor,
    write: Write,
    own: str,
    group: UUID | None,
    paper: UUID | None,
    *,
    told: str = "",
) -> None:
    with acting_as(investor.tenancy):
        question = ask_question(investor, room.id, write(own), document_id=paper)
    audience = AnswerAudience.EVERYBODY if told or paper else AnswerAudience.GROUP
    scope = told or own
    with acting_as(room.staff.tenancy):
        answer_question(room.staff, question, AnswerGiven(audience, write(scope), write(scope), group))
