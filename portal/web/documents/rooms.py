"""Data rooms, for the staff: what they are for, when they are open, what is in them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.documents.rooms.policies import can_prepare_rooms, can_run_rooms
from portal.domain.documents.rooms.queries.contents import list_index
from portal.domain.documents.rooms.queries.members import get_group, list_groups
from portal.domain.documents.rooms.queries.rooms import get_room, list_rooms
from portal.domain.documents.rooms.services.rooms import change_room, close_room, create_room, open_room
from portal.domain.documents.rooms.values.rooms import Room, RoomDetails, RoomState
from portal.domain.identity.access.values import Permission
from portal.platform.errors import Conflict, DomainError
from portal.web.documents.room_names import DOCUMENT_STATES, STATES, first_moment, last_day, last_moment, room_tabs
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor
from portal.web.toolkit.vehicle_field import VehicleField

blueprint = Blueprint("rooms", __name__, url_prefix="/documents/rooms")


class RoomForm(Form):
    """What a room is for, and from when until when it is open."""

    name = StringField("Name", [InputRequired("Give the room a name."), Length(max=120)])
    introduction = TextAreaField("Introduction", [Length(max=5_000)])
    vehicle = VehicleField(none="None")
    opens_on = DateField("First day", [Optional()])
    closes_on = DateField("Last day", [Optional()])

    def details(self) -> RoomDetails:
        """What was entered, as the domain takes it."""
        return RoomDetails(
            self.name.data,
            self.introduction.data or "",
            self.vehicle.find_id(),
            first_moment(self.opens_on.data),
            last_moment(self.closes_on.data),
        )

    def offer(self) -> RoomForm:
        """The form with the firm's vehicles to choose from."""
        self.vehicle.offer(actor())
        return self

    @classmethod
    def filled_from(cls, room: Room) -> RoomForm:
        """The form with what stands."""
        details = room.details
        return cls(
            formdata=None,
            name=details.name,
            introduction=details.introduction,
            vehicle=str(details.vehicle_id or ""),
            opens_on=details.opens_at and details.opens_at.date(),
            closes_on=last_day(details.closes_at),
        )


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index() -> Response:
    """Every room of the firm."""
    return page(
        "documents/rooms/index.html",
        rooms=list_rooms(actor()),
        states=STATES,
        may_prepare=can_prepare_rooms(actor()),
    )


@blueprint.get("/new")
@requires(Permission.EDIT_DOCUMENTS)
def new() -> Response:
    """The empty form."""
    return _form(RoomForm(formdata=None).offer())


@blueprint.post("")
@requires(Permission.EDIT_DOCUMENTS)
def create() -> Response | Redirect:
    """Make a room, or show the form again with what to mend."""
    form = RoomForm().offer()
    if form.validate():
        try:
            room_id = create_room(actor(), form.details())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The room is made. Nobody comes in before you open it.", "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _form(form, status=422)


@blueprint.get("/<uuid:room_id>")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(room_id: UUID) -> Response:
    """What is in a room, drafts too; or, with a group in the address, what that group sees."""
    room = get_room(actor(), room_id)
    group_id = request.args.get("group", type=UUID)
    group = get_group(actor(), room_id, group_id) if group_id else None
    words = request.args.get("search", "").strip()[:100]
    return page(
        "documents/rooms/show.html",
        room=room,
        state=STATES[room.state],
        document_states=DOCUMENT_STATES,
        group=group,
        groups=list_groups(actor(), room_id),
        search=words,
        lines=list_index(actor(), room_id, group_id=group_id, words=words),
        tabs=room_tabs(room, "rooms.show"),
        may_prepare=can_prepare_rooms(actor()),
        may_run=can_run_rooms(actor()),
    )


@blueprint.get("/<uuid:room_id>/edit")
@requires(Permission.EDIT_DOCUMENTS)
def edit(room_id: UUID) -> Response:
    """The form with what stands."""
    room = get_room(actor(), room_id)
    return _form(RoomForm.filled_from(room).offer(), room)


@blueprint.post("/<uuid:room_id>")
@requires(Permission.EDIT_DOCUMENTS)
def update(room_id: UUID) -> Response | Redirect:
    """Other particulars, or the form again with what to mend."""
    room, form = get_room(actor(), room_id), RoomForm().offer()
    if form.validate():
        try:
            change_room(actor(), room_id, form.details())
        except DomainError as error:
            form.refuse(error)
        else:
            flash("The room is changed.", "good")
            return redirect(url_for("rooms.show", room_id=room_id), 303)
    return _form(form, room, 422)


@blueprint.post("/<uuid:room_id>/state")
@requires(Permission.PUBLISH_DOCUMENTS)
def change_state(room_id: UUID) -> Redirect:
    """Open the room, or close it."""
    try:
        if request.form.get("state") == RoomState.OPEN:
            open_room(actor(), room_id)
            flash("The room is open. Its members are written to.", "good")
        else:
            close_room(actor(), room_id)
            flash("The room is closed. Nobody outside the staff sees anything of it any more.", "good")
    except Conflict as error:
        flash(error.message, "bad")
    return redirect(url_for("rooms.show", room_id=room_id), 303)


def _form(form: RoomForm, room: Room | None = None, status: int = 200) -> Response:
    return page("documents/rooms/form.html", status, form=form, room=room)
