"""The fields of a draft, placed on its pages and taken away."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from portal.domain.documents.signing.queries.envelopes import list_people
from portal.domain.documents.signing.services.preparing import place_usual_field, remove_field
from portal.domain.documents.signing.values.fields import FieldKind, Spot
from portal.domain.identity.access.values import Permission
from portal.platform.errors import DomainError
from portal.web.documents.envelope_forms import EXACTLY, FieldForm, offer_seats
from portal.web.documents.envelopes import show_envelope
from portal.web.toolkit.access import requires
from portal.web.toolkit.session import actor

blueprint = Blueprint("envelope_fields", __name__, url_prefix="/documents/envelope-fields/<uuid:envelope_id>")
P = Permission


@blueprint.post("")
@requires(P.EDIT_DOCUMENTS)
def create(envelope_id: UUID) -> Response | Redirect:
    """Place a field, or the page again with what to mend."""
    form = FieldForm()
    offer_seats(form, list_people(actor(), envelope_id))
    if form.validate():
        try:
            place_usual_field(
                actor(),
                envelope_id,
                int(form.seat.data),
                FieldKind(form.kind.data),
                page=form.page.data,
                at=_place(form),
                label=form.label.data or "",
                required=form.required.data,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(url_for("envelopes.show", envelope_id=envelope_id, _anchor="fields"), 303)
    return show_envelope(envelope_id, 422, field=form)


@blueprint.post("/<uuid:field_id>/remove")
@requires(P.EDIT_DOCUMENTS)
def remove(envelope_id: UUID, field_id: UUID) -> Redirect:
    """Take a field away."""
    remove_field(actor(), envelope_id, field_id)
    return redirect(url_for("envelopes.show", envelope_id=envelope_id, _anchor="fields"), 303)


def _place(form: FieldForm) -> Spot | tuple[Decimal, Decimal]:
    if form.spot.data != EXACTLY:
        return Spot(form.spot.data)
    return (form.x.data or Decimal(0)) / 100, (form.y.data or Decimal(0)) / 100
