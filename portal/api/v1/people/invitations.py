"""Inviting people."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, requires_any
from portal.api.openapi import described
from portal.api.v1.people.schemas import Invitations, InvitedPerson, NewInvitation
from portal.api.v1.routes import v1
from portal.domain.identity.access.values import Permission, Role
from portal.domain.people.invitations.queries import get_invitation, list_invitations
from portal.domain.people.invitations.services import invite_person
from portal.domain.people.invitations.services import resend_invitation as send_again
from portal.domain.people.invitations.services import withdraw_invitation as take_back
from portal.domain.people.invitations.values import Invitation
from portal.platform.resources import resources


def _item(found: Invitation) -> InvitedPerson:
    return InvitedPerson(
        found.user_id,
        found.name,
        found.email,
        sorted(found.roles),
        list(found.accounts),
        found.invited_by,
        found.sent_at,
        found.expires_at,
        found.state.value,
    )


@v1.get("/invitations")
@requires_any(Permission.INVITE_PEOPLE)
@described(Invitations)
def show_invitations() -> Response:
    """Who was invited and has not come yet."""
    return answer(Invitations([_item(each) for each in list_invitations(actor())]))


@v1.post("/invitations")
@requires_any(Permission.INVITE_PEOPLE)
@described(InvitedPerson, status=201, refusals=(401, 403, 409))
def create_invitation(json: NewInvitation) -> Response:
    """Invite a person by mail; one who was invited before and has not come is invited anew.

    Roles of staff count once somebody else has approved them. 409 `already_here` for who has a sign-in.
    """
    user_id = invite_person(
        actor(),
        resources().sealer,
        email=json.email,
        name=json.name,
        roles=json.roles or [Role.INVESTOR],
        accounts=json.accounts,
    )
    return answer(_item(get_invitation(actor(), user_id)), 201)


@v1.post("/invitations/<uuid:user_id>/resend")
@requires_any(Permission.INVITE_PEOPLE)
@described(None, status=204, refusals=(401, 403, 404))
def resend_invitation(user_id: UUID) -> Response:
    """Send an invitation again. The link sent before no longer opens."""
    send_again(actor(), resources().sealer, user_id)
    return nothing()


@v1.delete("/invitations/<uuid:user_id>")
@requires_any(Permission.INVITE_PEOPLE)
@described(None, status=204, refusals=(401, 403, 404))
def withdraw_invitation(user_id: UUID) -> Response:
    """Let an invitation no longer open. The person has no role and acts for no account any more."""
    take_back(actor(), user_id)
    return nothing()
