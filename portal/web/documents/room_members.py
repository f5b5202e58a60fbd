"""Who comes to a room, in which groups, until when."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import DateField, EmailField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.documents.rooms.policies import can_run_rooms
from portal.domain.documents.rooms.queries.members import get_member, list_agreements, list_groups, list_members
from portal.domain.documents.rooms.queries.rooms import get_room
from portal.domain.documents.rooms.services.members import change_member, invite_member, remove_room_member
from portal.domain.documents.rooms.values.members import Invitation, Member
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError, NotFound
from portal.platform.resources import resources
from portal.web.documents.room_names import PROOFS, STANDINGS, last_day, last_moment, room_tabs
from portal.web.toolkit.access import requires
from portal.web.toolkit.forms import Form
from portal.web.toolkit.page import page
from portal.web.toolkit.session import actor

blueprint = Blueprint("room_members", __name__, url_prefix="/documents/room-members/<uuid:room_id>")


class MemberForm(Form):
    """In which groups somebody is, and until when."""

    groups = SelectMultipleField(
        "Groups", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )
    until = DateField("Last day", [Optional()])

    def chosen(self) -> tuple[UUID, ...]:
        """The groups that were chosen."""
        try:
            return tuple(UUID(text) for text in self.groups.data or ())
        except ValueError:
            raise NotFound from None


class InvitationForm(MemberForm):
    """Whom to let in."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Enter an e-mail address."), Email("This is not an address."), Length(max=254)],
    )
    name = StringField("Name", [Length(max=200)])


@blueprint.get("")
@requires(Permission.SEE_ALL_DOCUMENTS)
def index(room_id: UUID) -> Response:
    """Everybody who is or was in the room, and what they signed."""
    room = get_room(actor(), room_id)
    return page(
        "documents/room_members/index.html",
        room=room,
        members=list_members(actor(), room_id),
        agreements=list_agreements(actor(), room_id),
        standings=STANDINGS,
        proofs=PROOFS,
        tabs=room_tabs(room, "room_members.index"),
        may_run=can_run_rooms(actor()),
    )


@blueprint.get("/new")
@requires(Permission.PUBLISH_DOCUMENTS)
def new(room_id: UUID) -> Response:
    """The form to let somebody in."""
    return _form(room_id, InvitationForm(formdata=None))


@blueprint.post("")
@requires(Permission.PUBLISH_DOCUMENTS)
def create(room_id: UUID) -> Response | Redirect:
    """Let somebody in, or show the form again with what to mend."""
    form = InvitationForm()
    if form.validate():
        try:
            given = Invitation(form.email.data, form.name.data or "", form.chosen(), last_moment(form.until.data))
            invite_member(actor(), resources().sealer, room_id, given)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("They may come in. They are written to when the room is open.", "good")
            return redirect(url_for("room_members.index", room_id=room_id), 303)
    return _form(room_id, form, status=422)


@blueprint.get("/<uuid:user_id>")
@requires(Permission.PUBLISH_DOCUMENTS)
def edit(room_id: UUID, user_id: UUID) -> Response:
    """The form with what stands."""
    member = get_member(actor(), room_id, user_id)
    form = MemberForm(formdata=None, groups=[str(group) for group in member.groups], until=last_day(member.until))
    return _form(room_id, form, member)


@blueprint.post("/<uuid:user_id>")
@requires(Permission.PUBLISH_DOCUMENTS)
def update(room_id: UUID, user_id: UUID) -> Response | Redirect:
    """Other groups, or another last day."""
    form, member = MemberForm(), get_member(actor(), room_id, user_id)
    if form.validate():
        try:
            change_member(actor(), room_id, user_id, groups=form.chosen(), until=last_moment(form.until.data))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            flash("Saved.", "good")
            return redirect(url_for("room_members.index", room_id=room_id), 303)
    return _form(room_id, form, member, 422)


@blueprint.post("/<uuid:user_id>/remove")
@requires(Permission.PUBLISH_DOCUMENTS)
def remove(room_id: UUID, user_id: UUID) -> Redirect:
    """Take the room from somebody."""
    remove_room_member(actor(), room_id, user_id)
    flash("They see nothing of the room any more.", "good")
    return redirect(url_for("room_members.index", room_id=room_id), 303)


def _form(room_id: UUID, form: MemberForm, member: Member | None = None, status: int = 200) -> Response:
    room = get_room(actor(), room_id)
    form.groups.choices = [SelectChoice(str(each.id), each.name) for each in list_groups(actor(), room_id)]
    return page("documents/room_members/form.html", status, room=room, form=form, member=member)
