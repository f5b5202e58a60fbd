"""Who signs an envelope: added to a draft and taken out of it; reminded and replaced once it is sent."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.signing.services.preparing import add_signer, remove_signer
from portal.domain.documents.signing.services.sending import name_other_signer, remind_signer
from portal.domain.documents.signing.values.envelopes import NewSigner
from portal.domain.identity.access.values import Permission
from portal.domain.identity.accounts.queries import find_user_by_email
from portal.platform.errors import DomainError, Invalid
from portal.web.documents.envelope_forms import NamingForm, SignerForm
from portal.web.documents.envelopes import show_envelope
from portal.web.toolkit.access import requires
from portal.web.toolkit.session import actor

blueprint = Blueprint("envelope_signers", __name__, url_prefix="/documents/envelope-signers/<uuid:envelope_id>")
P = Permission
UNKNOWN = "Nobody at the portal has this address. Invite them first, then name them here."


@blueprint.post("")
@requires(P.EDIT_DOCUMENTS)
def create(envelope_id: UUID) -> Response | Redirect:
    """Add a signer to a draft, or the page again with what to mend."""
    form = SignerForm()
    if form.validate():
        try:
            add_signer(actor(), envelope_id, NewSigner(_person(form.email.data), form.role.data, form.turn.data))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)
    return show_envelope(envelope_id, 422, signer=form)


@blueprint.post("/<int:seat>/remove")
@requires(P.EDIT_DOCUMENTS)
def remove(envelope_id: UUID, seat: int) -> Redirect:
    """Take a signer and their fields out of a draft."""
    remove_signer(actor(), envelope_id, seat)
    return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)


@blueprint.post("/<int:seat>/remind")
@requires(P.EDIT_DOCUMENTS)
def remind(envelope_id: UUID, seat: int) -> Redirect:
    """Write to them once more."""
    remind_signer(actor(), envelope_id, seat)
    flash("A reminder is on its way.", "good")
    return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)


@blueprint.post("/<int:seat>/name")
@requires(P.PUBLISH_DOCUMENTS)
def name(envelope_id: UUID, seat: int) -> Response | Redirect:
    """Put somebody else into the seat."""
    form = NamingForm()
    if form.validate():
        try:
            name_other_signer(actor(), envelope_id, seat, _person(form.email.data))
        except DomainError as error:
            form.refuse(error)
        else:
            flash("They are asked to sign once it is their turn.", "good")
            return redirect(url_for("envelopes.show", envelope_id=envelope_id), 303)
    return show_envelope(envelope_id, 422, naming=form)


def _person(email: str) -> UUID:
    """Whoever has this address."""
    found = find_user_by_email(actor(), email)
    if found is None:
        raise Invalid(fields={"email": UNKNOWN})
    return found.id
