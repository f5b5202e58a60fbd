"""The demo's data room: two groups, an agreement, a few papers, a question that was answered and one that waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portal.cli.demo.actors import find_actor
from portal.cli.demo.cast import Cast
from portal.cli.demo.papers import draw_paper, send_paper
from portal.cli.demo.shelves import read_library
from portal.domain.documents.library.services.receiving import receive_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType, Publication
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.queries.rooms import get_room, list_rooms
from portal.domain.documents.rooms.services.agreements import write_room_text
from portal.domain.documents.rooms.services.contents import create_room_folder, set_permissions
from portal.domain.documents.rooms.services.members import create_group, invite_member
from portal.domain.documents.rooms.services.questions import answer_question, ask_question
from portal.domain.documents.rooms.services.rooms import create_room, open_room
from portal.domain.documents.rooms.values.members import FolderPermission, Invitation
from portal.domain.documents.rooms.values.questions import AnswerAudience, AnswerGiven
from portal.domain.documents.rooms.values.rooms import RoomDetails
from portal.domain.identity.access.values import Actor, Role
from portal.domain.identity.firms.queries import get_firm_by_slug
from portal.platform.db import transactional
from portal.platform.resources import resources
from portal.platform.tenancy import acting_as


def open_data_room(cast: Cast) -> None:
    """Make and open the room where it is not there yet; for the firm whose papers tell of one."""
    told = read_library(cast.slug).get("room")
    if told is None:
        return
    system = Actor.system(get_firm_by_slug(cast.slug).id)
    with acting_as(system.tenancy):
        if list_rooms(system):
            return
        manager = find_actor(system, cast, cast.first(Role.MANAGER).name)
        members = [find_actor(system, cast, person.name) for person in cast.investors[:2]]
        room_id = _furnish(manager, cast, told)
    _ask(members, manager, room_id, told)
    with acting_as(system.tenancy):
        write_room_text(manager, room_id, told["agreement"].strip(), replaces=None)


def _ask(members: list[Actor], manager: Actor, room_id: UUID, told: dict[str, Any]) -> None:
    """The first member's question is answered to everybody, the second's waits."""
    first, second = members
    asked, answer = told["answered"]["asked"], told["answered"]["answer"]
    with acting_as(first.tenancy):
        question_id = ask_question(first, room_id, asked)
    with acting_as(Actor.system(manager.firm_id).tenancy):
        answer_question(manager, question_id, AnswerGiven(AnswerAudience.EVERYBODY, asked, answer))
    with acting_as(second.tenancy):
        ask_question(second, room_id, told["open"])


@transactional
def _furnish(manager: Actor, cast: Cast, told: dict[str, Any]) -> UUID:
    room_id = create_room(manager, RoomDetails(told["name"], told["introduction"]))
    root = get_room(manager, room_id).folder_id
    names = dict.fromkeys(paper["folder"] for paper in told["papers"])
    folders = {name: create_room_folder(manager, room_id, root, name) for name in names}
    leads, newcomers = (create_group(manager, room_id, name) for name in told["groups"])
    _permit(manager, room_id, leads, newcomers, closed=told["closed_to_newcomers"])
    for paper in told["papers"]:
        details = DocumentDetails(paper["title"], DocumentType.OTHER, Audience.ROOM)
        content = draw_paper(cast.name, cast.accent, paper["title"], paper["text"])
        receive_document(
            manager,
            folders[paper["folder"]],
            details,
            send_paper(f"{paper['title']}.pdf", content),
            quota=resources().settings.documents_quota,
            publication=Publication(tell=False),
        )
    for group, person in zip((leads, newcomers), cast.investors, strict=False):
        invite_member(manager, resources().sealer, room_id, Invitation(person.email, person.name, (group,)))
    open_room(manager, room_id)
    return room_id


def _permit(manager: Actor, room_id: UUID, leads: UUID, newcomers: UUID, *, closed: str) -> None:
    matrix = get_matrix(manager, room_id)
    taken = {(leads, each.id): FolderPermission.DOWNLOAD for each in matrix.folders}
    read = {(newcomers, each.id): FolderPermission.VIEW for each in matrix.folders if each.name != closed}
    set_permissions(manager, room_id, taken | read, seen=matrix.fingerprint)
