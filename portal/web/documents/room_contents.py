"""The order of a room's index: folders, numbers, moves."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.documents.rooms.policies import can_run_rooms
from portal.domain.documents.rooms.queries.contents import get_index_line
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.documents.rooms.services.contents import create_room_folder, move_item, move_room_document
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_contents", __name__, url_prefix="/documents/room-contents/<uuid:room_id>")


class FolderForm(Form):
    """A folder in one of the room."""

    name = StringField("Name", [InputRequired("Give the folder a name."), Length(max=120)])
    folder = SelectField("In", validate_choice=False)


class PlaceForm(Form):
    """Another place in the index."""

    number = IntegerField("Number", [Optional()])
    folder = SelectField("Folder", validate_choice=False)


@blueprint.get("/new")
@requires(Permission.EDIT_DOCUMENTS)
def new(room_id: UUID) -> Response:
    """The form for a folder."""
    return _folder_form(room_id, FolderForm(formdata=None, folder=request.args.get("folder", "")))


@blueprint.post("")
@requires(Permission.EDIT_DOCUMENTS)
def create(room_id: UUID) -> Response | Redirect:
    """Make a folder, or show the form again with what to mend."""
    form = FolderForm()
    if form.validate():
        try:
            create_room_folder(actor(), room_id, _id(form.folder.data), form.name.data)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The folder is made. Who sees the folder it lies in sees it too.", "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _folder_form(room_id, form, 422)


@blueprint.get("/<uuid:item_id>")
@requires(Permission.EDIT_DOCUMENTS)
def edit(room_id: UUID, item_id: UUID) -> Response:
    """The form to move something."""
    line = get_index_line(actor(), room_id, item_id)
    return _place_form(room_id, item_id, PlaceForm(formdata=None, number=line.position, folder=str(line.folder_id)))


@blueprint.post("/<uuid:item_id>")
@requires(Permission.EDIT_DOCUMENTS)
def move(room_id: UUID, item_id: UUID) -> Response | Redirect:
    """Give something another number, or a document another folder."""
    form, line = PlaceForm(), get_index_line(actor(), room_id, item_id)
    if form.validate():
        try:
            if not line.is_folder and form.folder.data and form.folder.data != str(line.folder_id):
                move_room_document(actor(), room_id, item_id, _id(form.folder.data))
            else:
                move_item(actor(), room_id, item_id, to=form.number.data or 0)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("It is moved, and numbered anew.", "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _place_form(room_id, item_id, form, 422)


def _folder_form(room_id: UUID, form: FolderForm, status: int = 200) -> Response:
    room = get_room(actor(), room_id)
    form.folder.choices = _folders(room_id)
    return page("documents/room_contents/new.html", status, room=room, form=form)


def _place_form(room_id: UUID, item_id: UUID, form: PlaceForm, status: int = 200) -> Response:
    form.folder.choices = _folders(room_id)
    return page(
        "documents/room_contents/edit.html",
        status,
        room=get_room(actor(), room_id),
        line=get_index_line(actor(), room_id, item_id),
        form=form,
        may_run=can_run_rooms(actor()),
    )


def _folders(room_id: UUID) -> list[SelectChoice]:
    folders = get_matrix(actor(), room_id).folders
    return [SelectChoice(str(each.id), f"{each.number} {each.name}".strip()) for each in folders]


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise NotFound from None
