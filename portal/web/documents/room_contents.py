"""The order of a room's index: folders, numbers, moves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, IntegerField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.documents.rooms.policies import can_run_rooms
from portal.domain.documents.rooms.queries.contents import find_item, get_index_line
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.queries.moves import get_foresight, list_destinations
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.documents.rooms.services.contents import create_room_folder, move_item, place_item
from portal.domain.documents.rooms.values.members import Group, Matrix
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.documents.room_names import PERMISSIONS, folder_label
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.places import read_id
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_contents", __name__, url_prefix="/documents/room-contents/<uuid:room_id>")


class FolderForm(Form):
    """A folder in one of the room, and who sees it at first."""

    name = StringField("Name", [InputRequired("Give the folder a name."), Length(max=120)])
    groups = SelectMultipleField(
        "Seen by", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )


class NumberForm(Form):
    """Another number among those it lies with."""

    number = IntegerField("Number", [InputRequired("Enter a number.")])


class PlaceForm(Form):
    """Another folder; `seen` is what was told of who will see it."""

    seen = HiddenField()


@blueprint.get("/new")
@requires(Permission.EDIT_DOCUMENTS)
def new(room_id: UUID) -> Response:
    """The form for a folder in one of the room: every group that sees that one is ticked."""
    matrix, folder_id = get_matrix(actor(), room_id), _folder_id(room_id)
    seeing = [str(each.id) for each in matrix.seeing(folder_id)]
    return _folder_form(room_id, folder_id, FolderForm(formdata=None, groups=seeing))


@blueprint.post("")
@requires(Permission.EDIT_DOCUMENTS)
def create(room_id: UUID) -> Response | Redirect:
    """Make a folder, or show the form again with what to mend."""
    form, folder_id = FolderForm(), _folder_id(room_id)
    chosen = [each for each in get_matrix(actor(), room_id).groups if str(each.id) in (form.groups.data or ())]
    if form.validate():
        try:
            made = create_room_folder(
                actor(), room_id, folder_id, form.name.data, groups=[group.id for group in chosen]
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_told_of(get_matrix(actor(), room_id).seeing(made)), "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _folder_form(room_id, folder_id, form, 422)


@blueprint.get("/<uuid:item_id>")
@requires(Permission.EDIT_DOCUMENTS)
def edit(room_id: UUID, item_id: UUID) -> Response:
    """The forms to move something."""
    line = get_index_line(actor(), room_id, item_id)
    return _number_form(room_id, item_id, NumberForm(formdata=None, number=line.position))


@blueprint.post("/<uuid:item_id>")
@requires(Permission.EDIT_DOCUMENTS)
def move(room_id: UUID, item_id: UUID) -> Response | Redirect:
    """Give something another number."""
    form = NumberForm()
    if form.validate():
        try:
            move_item(actor(), room_id, item_id, to=form.number.data)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("It is moved, and numbered anew.", "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _number_form(room_id, item_id, form, 422)


@blueprint.get("/<uuid:item_id>/place")
@requires(Permission.PUBLISH_DOCUMENTS)
def consider(room_id: UUID, item_id: UUID) -> Response:
    """Who sees something now, and who will in another folder."""
    return _place_form(room_id, item_id, PlaceForm(formdata=None))


@blueprint.post("/<uuid:item_id>/place")
@requires(Permission.PUBLISH_DOCUMENTS)
def place(room_id: UUID, item_id: UUID) -> Response | Redirect:
    """Move it there, if that is still so."""
    form, folder_id = PlaceForm(), read_id(request.values, "folder")
    if folder_id is None:
        raise NotFound
    if form.validate():
        try:
            place_item(actor(), room_id, item_id, folder_id, seen=form.seen.data or "")
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("It is moved, and comes last there.", "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _place_form(room_id, item_id, form, 422)


def _folder_form(room_id: UUID, folder_id: UUID, form: FolderForm, status: int = 200) -> Response:
    matrix = get_matrix(actor(), room_id)
    form.groups.choices = [
        SelectChoice(str(each.id), f"{each.name} · {PERMISSIONS[matrix.of(each.id, folder_id)]}")
        for each in matrix.seeing(folder_id)
    ]
    return page(
        "documents/room_contents/new.html",
        status,
        room=get_room(actor(), room_id),
        form=form,
        folders=_labels(matrix),
        folder_id=folder_id,
    )


def _number_form(room_id: UUID, item_id: UUID, form: NumberForm, status: int = 200) -> Response:
    room, line = get_room(actor(), room_id), get_index_line(actor(), room_id, item_id)
    may_run = can_run_rooms(actor())
    destinations = list_destinations(actor(), room_id, line, _lies_in(room_id, item_id)) if may_run else []
    return page(
        "documents/room_contents/edit.html",
        status,
        room=room,
        line=line,
        form=form,
        destinations=[(str(each.id), folder_label(each)) for each in destinations],
    )


def _place_form(room_id: UUID, item_id: UUID, form: PlaceForm, status: int = 200) -> Response:
    room, line, to = get_room(actor(), room_id), get_index_line(actor(), room_id, item_id), _folder_id(room_id)
    foresight = get_foresight(actor(), room_id, line, _lies_in(room_id, item_id), to)
    form.seen.data = foresight.fingerprint
    return page(
        "documents/room_contents/place.html",
        status,
        room=room,
        line=line,
        form=form,
        foresight=foresight,
        to=folder_label(foresight.to),
        permissions=PERMISSIONS,
    )


def _folder_id(room_id: UUID) -> UUID:
    """The folder that the address or the form names, or the room's own."""
    found = read_id(request.values, "folder") or get_room(actor(), room_id).folder_id
    if all(each.id != found for each in get_matrix(actor(), room_id).folders):
        raise NotFound
    return found


def _lies_in(room_id: UUID, item_id: UUID) -> UUID:
    item = find_item(actor(), room_id, item_id)
    if item is None:
        raise NotFound
    return UUID(str(item.folder_id))


def _labels(matrix: Matrix) -> list[tuple[str, str]]:
    return [(str(each.id), folder_label(each)) for each in matrix.folders]


def _told_of(groups: Sequence[Group]) -> str:
    if not groups:
        return "The folder is made. Nobody outside the staff sees it yet."
    return f"The folder is made. It is seen by {', '.join(each.name for each in groups)}."
