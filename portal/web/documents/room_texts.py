"""What is signed before a room is entered."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.domain.documents.rooms.policies import can_run_rooms
from portal.domain.documents.rooms.queries.rooms import get_room, list_room_texts
from portal.domain.documents.rooms.services.agreements import ask_no_agreement, write_room_text
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.web.documents.room_names import room_tabs
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_texts", __name__, url_prefix="/documents/room-texts/<uuid:room_id>")


class TextForm(Form):
    """A version of what is signed; `replaces` is the one that was read."""

    body = TextAreaField("Text", [InputRequired("Write what members sign."), Length(max=60_000)])
    replaces = HiddenField()


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def show(room_id: UUID) -> Response:
    """The version in force, those before it, and the form for the next."""
    return _show(room_id)


@blueprint.post("")
@requires(Permission.PUBLISH_DOCUMENTS)
def update(room_id: UUID) -> Response | Redirect:
    """Ask everybody to sign a new version."""
    form = TextForm()
    if form.validate():
        read = form.replaces.data or ""
        try:
            version = write_room_text(
                actor(), room_id, form.body.data, replaces=int(read) if read.isdecimal() else None
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash(f"Version {version} is in force. Everybody signs it before they see anything of the room.", "good")
            return redirect(url_for("room_texts.show", room_id=room_id), 303)
    return _show(room_id, form, 422)


@blueprint.post("/drop")
@requires(Permission.PUBLISH_DOCUMENTS)
def drop(room_id: UUID) -> Redirect:
    """Let members enter without signing."""
    ask_no_agreement(actor(), room_id)
    flash("Members enter without signing. What was signed stays on record.", "good")
    return redirect(url_for("room_texts.show", room_id=room_id), 303)


def _show(room_id: UUID, form: TextForm | None = None, status: int = 200) -> Response:
    room = get_room(actor(), room_id)
    texts = list_room_texts(actor(), room_id)
    blank = TextForm(formdata=None, body=texts[0].body if texts else "", replaces=str(room.nda_version or ""))
    return page(
        "documents/room_texts/show.html",
        status,
        room=room,
        texts=texts,
        form=form or blank,
        tabs=room_tabs(room, "room_texts.show"),
        may_run=can_run_rooms(actor()),
    )
