"""Giving a document to one person of the portal by name, and taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.library.queries.documents import get_document
from portal.domain.documents.library.services.audiences import grant_document, revoke_document
from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.platform.errors import Conflict
from portal.web.documents.document_forms import GrantForm
from portal.web.documents.handling import show_document, to_document
from portal.web.toolkit.access import requires
from portal.web.toolkit.session import actor

blueprint = Blueprint("grants", __name__, url_prefix="/documents/grants")


@blueprint.post("/<uuid:document_id>")
@requires(Permission.PUBLISH_DOCUMENTS)
def create(document_id: UUID) -> Response | Redirect:
    """Give it to a person."""
    document, form = get_document(actor(), document_id), GrantForm()
    if not form.validate():
        return show_document(document, 422, refused=form)
    person = find_user_by_email(actor(), form.email.data)
    if person is None:
        form.email.errors = ["Nobody here has this e-mail address. Invite the person first."]
        return show_document(document, 422, refused=form)
    try:
        grant_document(actor(), document_id, person.id, until=form.moment())
    except Conflict as refusal:
        form.refuse(refusal)
        return show_document(document, 422, refused=form)
    flash(f"{person.name} sees it as long as it is published.", "good")
    return to_document(document_id)


@blueprint.post("/<uuid:document_id>/<uuid:user_id>/revoke")
@requires(Permission.PUBLISH_DOCUMENTS)
def revoke(document_id: UUID, user_id: UUID) -> Redirect:
    """Take it from them."""
    revoke_document(actor(), document_id, user_id)
    flash("It is taken back.", "good")
    return to_document(document_id)
