"""What each group of a room may see, folder by folder."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.rooms.policies import can_run_rooms
from portal.domain.documents.rooms.queries.members import get_matrix
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.documents.rooms.services.contents import set_permissions
from portal.domain.documents.rooms.services.members import create_group, delete_group
from portal.domain.documents.rooms.values.members import FolderPermission
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Conflict, Invalid
from portal.web.documents.room_names import PERMISSIONS, room_tabs
from portal.web.toolkit.access import requires
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_permissions", __name__, url_prefix="/documents/room-permissions/<uuid:room_id>")


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(room_id: UUID) -> Response:
    """The table of groups and folders."""
    return _show(room_id)


@blueprint.post("")
@requires(Permission.PUBLISH_DOCUMENTS)
def update(room_id: UUID) -> Response | Redirect:
    """Let groups see what was chosen, and nothing else."""
    matrix = get_matrix(actor(), room_id)
    wanted = {
        (group.id, folder.id): _permission(request.form.get(f"p-{group.id}-{folder.id}", ""))
        for group in matrix.groups
        for folder in matrix.folders
    }
    try:
        set_permissions(actor(), room_id, wanted, seen=request.form.get("seen", ""))
    except Conflict as error:
        return _show(room_id, error.message, 409)
    flash("Saved. A folder is seen only where the one it lies in is.", "good")
    return redirect(url_for("room_permissions.show", room_id=room_id), 303)


@blueprint.post("/groups")
@requires(Permission.PUBLISH_DOCUMENTS)
def create(room_id: UUID) -> Response | Redirect:
    """Make a group that sees nothing yet."""
    try:
        create_group(actor(), room_id, request.form.get("name", ""))
    except Invalid as error:
        return _show(room_id, next(iter(error.fields.values()), error.message), 422)
    flash("The group is made. It sees nothing until you say what.", "good")
    return redirect(url_for("room_permissions.show", room_id=room_id), 303)


@blueprint.post("/groups/<uuid:group_id>/end")
@requires(Permission.PUBLISH_DOCUMENTS)
def end(room_id: UUID, group_id: UUID) -> Response | Redirect:
    """End a group."""
    try:
        delete_group(actor(), room_id, group_id)
    except Conflict as error:
        return _show(room_id, error.message, 409)
    flash("The group is gone. Who was in no other sees nothing of the room any more.", "good")
    return redirect(url_for("room_permissions.show", room_id=room_id), 303)


def _permission(text: str) -> FolderPermission:
    try:
        return FolderPermission(text)
    except ValueError:
        return FolderPermission.NONE


def _show(room_id: UUID, problem: str | None = None, status: int = 200) -> Response:
    room = get_room(actor(), room_id)
    return page(
        "documents/room_permissions/show.html",
        status,
        room=room,
        matrix=get_matrix(actor(), room_id),
        permissions=PERMISSIONS,
        problem=problem,
        tabs=room_tabs(room, "room_permissions.show"),
        may_run=can_run_rooms(actor()),
    )
