"""Giving a document to people by name, inside and outside, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from portal.api.answers import answer, nothing
from portal.api.auth import actor, bearer, requires_any
from portal.api.openapi import described
from portal.api.v1.documents.documents import moment
from portal.api.v1.documents.share_schemas import (
    DocumentShares,
    MadeShare,
    NewShare,
    ShareDevice,
    ShareItem,
    SharePerson,
)
from portal.api.v1.routes import v1
from portal.domain.documents.library.services.audiences import revoke_document
from portal.domain.documents.library.values.writing import end_of
from portal.domain.documents.sharing.queries import list_grants, list_shares
from portal.domain.documents.sharing.services import give_document, revoke_share
from portal.domain.documents.sharing.values import Device, Invitation, Share
from portal.domain.identity.access.values import Permission
from portal.domain.identity.sessions.policies import require_freshness
from portal.platform import clock
from portal.platform.resources import resources

PUBLISH = Permission.PUBLISH_DOCUMENTS


@v1.get("/documents/<uuid:document_id>/shares")
@requires_any(PUBLISH)
@described(DocumentShares, refusals=(401, 403, 404))
def show_document_shares(document_id: UUID) -> Response:
    """Whom a document was given to by name, and where readers outside opened it."""
    outside = list_shares(actor(), resources().vault, document_id)
    people = [
        SharePerson(
            each.user_id,
            each.name,
            moment(each.until) if each.until else None,
            each.granted_by,
            moment(each.granted_at),
        )
        for each in list_grants(actor(), document_id)
    ]
    return answer(DocumentShares([_share(each) for each in outside], people))


@v1.post("/documents/<uuid:document_id>/shares")
@requires_any(PUBLISH)
@described(MadeShare, status=201, refusals=(401, 403, 404, 409))
def give_one_document(json: NewShare, document_id: UUID) -> Response:
    """Give a published document to one more person.

    403 `proof_needed` where you proved who you are more than five minutes ago: sign in anew.
    """
    require_freshness(bearer(), clock.now())
    given = Invitation(json.name, json.email, end_of(json.until), json.view_only, json.note)
    person = give_document(actor(), resources().sealer, document_id, given)
    return answer(MadeShare(person.id if person else None), 201)


@v1.delete("/documents/<uuid:document_id>/shares/<uuid:share_id>")
@requires_any(PUBLISH)
@described(None, status=204, refusals=(401, 403, 404))
def revoke_one_share(document_id: UUID, share_id: UUID) -> Response:
    """Take it back from a reader outside: from their next request on the link opens nothing."""
    revoke_share(actor(), document_id, share_id)
    return nothing()


@v1.delete("/documents/<uuid:document_id>/people/<uuid:user_id>")
@requires_any(PUBLISH)
@described(None, status=204, refusals=(401, 403, 404))
def revoke_one_grant(document_id: UUID, user_id: UUID) -> Response:
    """Take it back from somebody who signs in here and was given it by name."""
    revoke_document(actor(), document_id, user_id)
    return nothing()


def _share(share: Share) -> ShareItem:
    return ShareItem(
        id=share.id,
        name=share.name,
        email=share.email,
        note=share.note,
        view_only=share.view_only,
        until=moment(share.until),
        state=share.state.value,
        created_by=share.created_by,
        created_at=moment(share.created_at),
        devices=[_device(each) for each in share.devices],
    )


def _device(device: Device) -> ShareDevice:
    last = moment(device.last_at) if device.last_at else None
    return ShareDevice(device.agent, device.address, moment(device.proven_at), device.opened, device.taken, last)
