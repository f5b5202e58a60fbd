"""Numbers of an index: given in order, the same while nothing is moved, anew when it is; permissions by the matrix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.documents.library.errors import NameTaken
from portal.domain.documents.library.services.describing import describe_document, move_document
from portal.domain.documents.library.services.folders import create_folder
from portal.domain.documents.library.services.keeping import delete_document
from portal.domain.documents.library.values.documents import Audience, DocumentDetails, DocumentType
from portal.domain.documents.rooms.errors import MatrixChanged
from portal.domain.documents.rooms.queries.contents import find_index_number, get_index_line, list_index
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.queries.moves import get_foresight
from portal.domain.documents.rooms.services.contents import move_item, place_item, set_permissions
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.identity.access.values import Role
from portal.platform.errors import Forbidden, Invalid, NotFound
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import make_folder
from tests.factories.identity import found_firm, make_user
from tests.factories.rooms import MadeRoom, make_room


def index(room: MadeRoom) -> list[str]:
    with acting_as(room.staff.tenancy):
        return [f"{line.number} {line.name}" for line in list_index(room.staff, room.id)]


def item(room: MadeRoom, name: str) -> UUID:
    with acting_as(room.staff.tenancy):
        return next(line.item_id for line in list_index(room.staff, room.id) if line.name == name)


def move(room: MadeRoom, name: str, to: int) -> None:
    with acting_as(room.staff.tenancy):
        move_item(room.staff, room.id, item(room, name), to=to)


def place(room: MadeRoom, name: str, folder: UUID) -> None:
    """Move something into a folder, after looking at who will see it there."""
    with acting_as(room.staff.tenancy):
        seen = get_matrix(room.staff, room.id).fingerprint
        place_item(room.staff, room.id, item(room, name), folder, seen=seen)


def foreseen(room: MadeRoom, name: str, lies_in: UUID, to: UUID) -> dict[str, list[tuple[str, str]]]:
    """What is told before a move: for each thing moved what each group may do before and after."""
    with acting_as(room.staff.tenancy):
        told = get_foresight(room.staff, room.id, get_index_line(room.staff, room.id, item(room, name)), lies_in, to)
    return {each.name: list(zip(each.before, each.after, strict=True)) for each in told.sights}


def permitted(room: MadeRoom) -> dict[tuple[str, str], str]:
    """What groups may do in folders, by their names."""
    with acting_as(room.staff.tenancy):
        matrix = get_matrix(room.staff, room.id)
    return {
        (group.name, folder.name): matrix.cells[group.id, folder.id].value
        for group in matrix.groups
        for folder in matrix.folders
        if (group.id, folder.id) in matrix.cells
    }


def test_what_comes_gets_the_next_number_of_its_folder(room: MadeRoom) -> None:
    room.file("A")
    folder = room.make_folder("B")
    room.file("C", folder)
    inner = room.make_folder("D", folder)
    room.file("E", inner, published=False)
    paper = room.file("F", inner)
    assert index(room) == ["1 A", "2 B", "2.1 C", "2.2 D", "2.2.1 E", "2.2.2 F"]
    with acting_as(room.staff.tenancy):
        assert find_index_number(room.staff, paper) == "2.2.2"


def test_ten_come_after_nine(room: MadeRoom) -> None:
    for number in range(1, 12):
        room.file(f"P{number}")
    assert index(room) == [f"{number} P{number}" for number in range(1, 12)]


def test_numbers_stay_when_something_goes(room: MadeRoom) -> None:
    first, _, _ = (room.file(name, published=False) for name in "ABC")
    with acting_as(room.staff.tenancy):
        delete_document(room.staff, first)
    room.file("D")
    assert index(room) == ["2 B", "3 C", "4 D"]
    move(room, "D", 1)
    assert index(room) == ["1 D", "2 B", "3 C"]


@pytest.mark.parametrize(
    ("name", "to", "order"), [("A", 3, "BCAD"), ("D", 1, "DABC"), ("B", 99, "ACDB"), ("C", 3, "ABCD")]
)
def test_moving_numbers_anew(room: MadeRoom, name: str, to: int, order: str) -> None:
    for each in "ABCD":
        room.file(each)
    move(room, name, to)
    assert index(room) == [f"{number} {each}" for number, each in enumerate(order, 1)]


def test_a_folder_moves_with_what_is_in_it(room: MadeRoom) -> None:
    room.file("A")
    room.file("C", room.make_folder("B"))
    move(room, "B", 1)
    assert index(room) == ["1 B", "1.1 C", "2 A"]


def test_a_document_moves_between_folders_and_out(room: MadeRoom, world: World) -> None:
    folder, paper = room.make_folder("A"), room.file("B")
    room.file("C", folder)
    place(room, "B", folder)
    assert index(room) == ["1 A", "1.1 C", "1.2 B"]
    other = make_room(world.manager, "Another")
    for stranger in (other.folder, make_folder(world.firm_id)):
        with pytest.raises(NotFound):
            place(room, "B", stranger)
    with acting_as(room.staff.tenancy):
        move_document(room.staff, paper, make_folder(world.firm_id))
        assert find_index_number(room.staff, paper) is None
    assert index(room) == ["1 A", "1.1 C"]


def test_a_document_that_is_for_others_leaves_the_index_and_comes_back_last(room: MadeRoom) -> None:
    first, _ = room.file("A", published=False), room.file("B")
    for audience, expected in ((Audience.STAFF, ["2 B"]), (Audience.ROOM, ["2 B", "3 A"])):
        with acting_as(room.staff.tenancy):
            describe_document(room.staff, first, DocumentDetails("A", DocumentType.OTHER, audience))
        assert index(room) == expected


def test_only_what_is_of_the_room_is_moved(room: MadeRoom, world: World) -> None:
    other = make_room(world.manager, "Another")
    other.file("A")
    with acting_as(world.manager.tenancy), pytest.raises(NotFound):
        move_item(world.manager, room.id, item(other, "A"), to=1)
    with acting_as(world.foreign_manager.tenancy), pytest.raises(NotFound):
        move_item(world.foreign_manager, room.id, item(other, "A"), to=1)
    with acting_as(world.auditor.tenancy), pytest.raises(Forbidden):
        move_item(world.auditor, room.id, item(other, "A"), to=1)


def test_a_folder_moves_below_another_and_no_group_gains_by_it(room: MadeRoom, everybody: UUID) -> None:
    lookers, narrow = room.group("Lookers", FolderPermission.VIEW), room.group("Narrow", None)
    room.permit(narrow, room.folder, FolderPermission.VIEW)
    legal = room.make_folder("Legal", groups=[everybody, narrow])
    model = room.make_folder("Model", groups=[everybody, lookers])
    inner = room.make_folder("Inner", model)
    room.file("Sheet", inner)
    told = foreseen(room, "Model", room.folder, legal)
    place(room, "Model", legal)
    assert index(room) == ["1 Legal", "1.1 Model", "1.1.1 Inner", "1.1.1.1 Sheet"]
    everything = {("Everybody", name): "download" for name in ("Saltmarsh Fund II", "Legal", "Model", "Inner")}
    above = {("Lookers", "Saltmarsh Fund II"): "view", ("Narrow", "Saltmarsh Fund II"): "view"}
    assert permitted(room) == everything | above | {("Narrow", "Legal"): "view"}
    change = [("download", "download"), ("view", "none"), ("none", "none")]
    assert told == {"Model": change, "Inner": change}


def test_a_document_is_foreseen_to_be_for_who_sees_the_other_folder(room: MadeRoom, everybody: UUID) -> None:
    room.group("Lookers", FolderPermission.VIEW)
    legal = room.make_folder("Legal", groups=[everybody])
    room.file("Sheet")
    assert foreseen(room, "Sheet", room.folder, legal) == {"Sheet": [("download", "download"), ("view", "none")]}
    with pytest.raises(NotFound):
        foreseen(room, "Sheet", room.folder, room.folder)


def test_a_folder_is_not_moved_into_itself_too_deep_or_beside_its_name(room: MadeRoom, world: World) -> None:
    folder = room.make_folder("A")
    deep = folder
    for level in range(6):
        deep = room.make_folder(f"A{level}", deep)
    room.make_folder("X", room.make_folder("B"))
    room.make_folder("b", folder)
    for name, into, refusal in (
        ("A", folder, Invalid),
        ("A", deep, Invalid),
        ("B", deep, Invalid),
        ("B", folder, NameTaken),
        ("X", make_folder(world.firm_id), NotFound),
    ):
        before = index(room)
        with pytest.raises(refusal):
            place(room, name, into)
        assert index(room) == before


def test_moving_is_for_who_may_publish_and_as_it_was_told(room: MadeRoom, everybody: UUID, world: World) -> None:
    folder = room.make_folder("A")
    room.file("B")
    with acting_as(room.staff.tenancy):
        seen = get_matrix(room.staff, room.id).fingerprint
    with acting_as(world.associate.tenancy), pytest.raises(Forbidden):
        place_item(world.associate, room.id, item(room, "B"), folder, seen=seen)
    room.permit(everybody, folder, FolderPermission.VIEW)
    with acting_as(room.staff.tenancy), pytest.raises(MatrixChanged):
        place_item(room.staff, room.id, item(room, "B"), folder, seen=seen)
    assert index(room) == ["1 A", "2 B"]


def test_a_new_folder_is_seen_by_the_groups_it_is_made_for_and_no_other(room: MadeRoom, everybody: UUID) -> None:
    narrow = room.group("Narrow", None)
    folder = room.make_folder("A", groups=[everybody, narrow])
    hidden = room.make_folder("B", groups=[])
    with acting_as(room.staff.tenancy):
        library = create_folder(room.staff, room.folder, "C")
        matrix = get_matrix(room.staff, room.id)
    assert matrix.of(everybody, folder) is FolderPermission.DOWNLOAD
    assert matrix.of(narrow, folder) is FolderPermission.NONE  # as it does not see the one that it lies in
    assert not matrix.seeing(hidden)
    assert not matrix.seeing(library)
    assert [(each.number, each.name, each.depth) for each in matrix.folders] == [
        ("", "Saltmarsh Fund II", 0),
        ("1", "A", 1),
        ("2", "B", 1),
        ("3", "C", 1),
    ]


def test_a_matrix_that_somebody_else_changed_is_not_overwritten(room: MadeRoom, everybody: UUID) -> None:
    with acting_as(room.staff.tenancy):
        seen = get_matrix(room.staff, room.id).fingerprint
    room.permit(everybody, room.folder, FolderPermission.VIEW)
    with acting_as(room.staff.tenancy), pytest.raises(MatrixChanged):
        set_permissions(room.staff, room.id, {}, seen=seen)
    room.make_folder("A")
    with acting_as(room.staff.tenancy):
        matrix = get_matrix(room.staff, room.id)
        assert matrix.fingerprint != seen
        set_permissions(room.staff, room.id, {}, seen=matrix.fingerprint)
        assert get_matrix(room.staff, room.id).cells == {}


def test_two_who_move_and_file_at_once_leave_each_number_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        firm = found_firm("rooms-at-once", "Rooms at once")
        manager = make_user(firm, "rooms-at-once@example.com", Role.MANAGER)
        room = make_room(manager, opened=False)
        for name in "ABCDEF":
            room.file(name, published=False)
    gate = Barrier(3)

    def work(name: str) -> None:
        with committed_app.app_context():
            gate.wait()
            for turn in range(4):
                if name == "file":
                    room.file(f"N{turn}", published=False)
                else:
                    move(room, name, turn + 1)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, ("B", "E", "file")))
    with committed_app.app_context():
        lines = index(room)
    assert [line.split(" ")[0] for line in lines] == [str(number) for number in range(1, 11)]
    assert sorted(line.split(" ")[1] for line in lines) == sorted([*"ABCDEF", "N0", "N1", "N2", "N3"])
